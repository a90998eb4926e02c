"""Maps the sampling parameters of a request's metadata (`top_p` and its like) to a wire that has them."""

from ...sampling.parameters import PARAMETERS, parameter_problem
from ...sampling.request import Json, SamplingRequest
from .content import Notes
from .profile import Profile


def sampling_parameters(request: SamplingRequest, profile: Profile, notes: Notes) -> dict[str, Json]:
    """Return the parameters that are sent, by the names that all wires give them; the rest of the metadata is told."""
    if request.metadata is None:
        return {}
    sent: dict[str, Json] = {}
    ignored: list[str] = []
    odd: list[str] = []
    for name, value in request.metadata.items():
        if name not in PARAMETERS:
            continue
        if problem := parameter_problem(name, value):
            odd.append(f"{name} is not sent: {problem}")
        elif name in profile.parameters and name not in profile.dropped:
            sent[name] = value
        else:
            ignored.append(name)
    rest = len(request.metadata) > len(sent) + len(ignored) + len(odd)
    words = [f"{', '.join(sent)} is sent"] if sent else []
    words += [f"{', '.join(ignored)} is ignored by this model"] if ignored else []
    words += odd
    if rest or not request.metadata:
        words.append("the rest is not forwarded" if words else "not forwarded")
    notes.say("metadata", "; ".join(words))
    return sent
