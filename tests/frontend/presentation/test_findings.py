"""What was found is counted in words, by its kind."""

from tests.policy.values import PERSONAL, made_secrets
from tests.support.full_request import params, user
from tuui_sampling.frontend.presentation.findings import count_words
from tuui_sampling.policy.survey import in_request
from tuui_sampling.sampling.wire import parse_request

ADDRESS = next(value for name, value in PERSONAL if name == "e-mail address")
FOUND = in_request(
    parse_request(params(messages=[user(f"{ADDRESS}, then {made_secrets()[0][1]}")], systemPrompt=f"mail {ADDRESS}"))
)


def test_counts_in_words() -> None:
    assert count_words(FOUND) == "2 personal, 1 secret"
    assert count_words(()) == ""
