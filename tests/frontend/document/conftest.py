"""Properties are tried on the same examples in every run, however busy the machine is, and leave no file behind."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "house",
    settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)),
)
settings.load_profile("house")
