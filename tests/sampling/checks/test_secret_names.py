"""Names that say of their value that it is a secret, the same wherever one may stand."""

import pytest

from tuui_sampling.sampling.checks.secret_names import may_name_secret, names_secret


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        ("password", True),
        ("DB_PASSWORD", True),
        ("api_key", True),
        ("apiKey", True),
        ("apikey", True),
        ("X-Auth", True),
        ("accessToken", True),
        ("client.secret", True),
        ("smtpPassword", True),
        ("token value", True),
        ("passphrase", True),
        ("keyboard", False),
        ("author", False),
        ("monkey", False),
        ("topic", False),
        ("secretary", False),
        ("", False),
    ],
)
def test_the_last_word_of_a_name_says_it(name: str, is_secret: bool) -> None:
    assert names_secret(name) is is_secret


@pytest.mark.parametrize(
    ("name", "may_be_secret"),
    [
        ("OPENAI_API_KEY", True),
        ("KEYCLOAK_ADMIN", True),
        ("db_password", True),
        ("MYSQL_PWD", True),
        ("GITHUB_PAT", True),
        ("SSH_PASSPHRASE", True),
        ("PWD", False),
        ("OLDPWD", False),
        ("PATH", False),
        ("DESKTOP_SESSION", False),
        ("LANG", False),
    ],
)
def test_of_variables_a_word_anywhere_is_enough_but_for_what_every_environment_has(
    name: str, may_be_secret: bool
) -> None:
    assert may_name_secret(name) is may_be_secret
