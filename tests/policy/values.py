"""
Builds secrets and personal data for the tests when they run: none stands in this file as it is.

Each row is a rule's name and a value of that form, made from a fixed seed. `PUBLISHED` are the test values that other
programs publish (gitleaks, detect-secrets, the vendors' manuals), in pieces.
"""

import base64
import functools
import json
import random
import string
import zlib

ALNUM = string.ascii_letters + string.digits
WORD = ALNUM + "_-"
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits

Row = tuple[str, str]


class Maker:
    """Makes random parts from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def of(self, alphabet: str, length: int) -> str:
        """Return random characters of an alphabet, a digit and a letter among them where it has both."""
        while True:
            text = "".join(self._random.choice(alphabet) for _ in range(length))
            if length < 8 or alphabet.isdigit() or alphabet.isalpha() or any(c.isdigit() for c in text):
                return text

    def checked(self, prefix: str) -> str:
        """Return a token of GitHub or npm, with its checksum."""
        body = self.of(ALNUM, 30)
        value, digits = zlib.crc32(body.encode()), ""
        for _ in range(6):
            value, rest = divmod(value, 62)
            digits = (string.digits + string.ascii_uppercase + string.ascii_lowercase)[rest] + digits
        return prefix + body + digits

    def base64(self, size: int) -> str:
        """Return random bytes as base64."""
        return base64.b64encode(self._random.randbytes(size)).decode()

    def jwt(self, header: dict[str, str]) -> str:
        """Return a JSON web token."""
        parts = (json.dumps(header), json.dumps({"sub": self.of(string.digits, 9)}))
        encoded = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts]
        return ".".join([*encoded, self.of(WORD, 43)])

    def key(self, label: str, line: str = "\n") -> str:
        """Return a private key in PEM form."""
        body = self.base64(400)
        lines = [body[at : at + 64] for at in range(0, len(body), 64)]
        dashes = "-" * 5
        return line.join([f"{dashes}BEGIN {label}{dashes}", *lines, f"{dashes}END {label}{dashes}"])


def _secrets(make: Maker) -> list[Row]:
    of = make.of
    uuid = "-".join(of(HEX, n) for n in (8, 4, 4, 4, 12))
    rows = [("GitHub token", make.checked(f"gh{kind}_")) for kind in "pousr"]
    rows += [("GitLab token", f"gl{kind}-" + of(WORD, 20)) for kind in ("pat", "dt", "ft", "rt", "soat", "ffct")]
    rows += [("Stripe key", f"{kind}_{stage}_" + of(ALNUM, 24)) for kind in ("sk", "rk") for stage in ("live", "test")]
    rows += [
        ("AWS access key id", kind + of(string.ascii_uppercase + "234567", 16)) for kind in ("AKIA", "ASIA", "ABIA")
    ]
    rows += [("HashiCorp Vault token", f"hv{kind}." + of(WORD, 95)) for kind in "sb"]
    rows += [("DigitalOcean token", f"do{kind}_v1_" + of(HEX, 64)) for kind in "por"]
    rows += [("Shopify token", f"shp{kind}_" + of(HEX, 32)) for kind in ("at", "ca", "pa", "ss")]
    rows += [
        ("private key", make.key(label + "PRIVATE KEY")) for label in ("", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ")
    ]
    rows += [("JSON web token", make.jwt({"alg": alg, "typ": "JWT"})) for alg in ("HS256", "RS256", "ES256", "EdDSA")]
    rows += [
        ("password in an address", f"{scheme}://{of(string.ascii_lowercase, 6)}:{of(ALNUM, 14)}@db.internal:5432/data")
        for scheme in ("postgres", "mysql", "mongodb+srv", "redis", "amqp", "https")
    ]
    rows += [
        ("GitHub fine-grained token", "github_" + "pat_" + of(ALNUM, 22) + "_" + of(ALNUM, 59)),
        ("npm token", make.checked("npm_")),
        ("GitLab runner registration token", "GR1348" + "941" + of(WORD, 20)),
        ("Slack token", "xox" + f"b-{of(string.digits, 12)}-{of(string.digits, 12)}-{of(ALNUM, 24)}"),
        ("Slack token", "xox" + f"p-{of(string.digits, 12)}-{of(string.digits, 12)}-{of(string.digits, 12)}-{of(HEX, 32)}"),
        ("Slack app token", f"xapp-1-A{of(UPPER, 10)}-{of(string.digits, 13)}-{of(HEX, 64)}"),
        ("Slack webhook", "https://hooks.slack" + f".com/services/T{of(UPPER, 8)}/B{of(UPPER, 8)}/{of(ALNUM, 24)}"),
        ("Discord webhook", "https://discord" + f".com/api/webhooks/{of('123456789', 18)}/{of(WORD, 68)}"),
        ("Discord bot token", f"M{of(ALNUM, 23)}.{of(ALNUM, 6)}.{of(ALNUM, 27)}"),
        ("Telegram bot token", f"{of('123456789', 10)}:A" + f"A{of(WORD, 33)}"),
        ("AWS secret access key", f'aws_secret_access_key = "{make.base64(30)}"'),
        ("AWS Bedrock key", "ABSK" + of(ALNUM, 120)),
        ("Google API key", "AIza" + of(WORD, 35)),
        ("Google OAuth client secret", "GOCSPX-" + of(WORD, 28)),
        ("Google OAuth token", "ya29." + of(WORD, 120)),
        ("Azure storage key", "DefaultEndpointsProtocol=https;AccountKey=" + make.base64(64)),
        ("Azure AD client secret", of(ALNUM, 3) + "8Q~" + of(ALNUM, 34)),
        ("Azure shared access signature", "https://a.blob.core.windows.net/c?sv=2022&sig=" + of(ALNUM, 43) + "%3D"),
        ("Alibaba access key id", "LTAI" + of(ALNUM, 20)),
        ("Cloudflare origin CA key", f"v1.0-{of(HEX, 24)}-{of(HEX, 146)}"),
        ("Heroku key", "HRKU-AA" + of(WORD, 58)),
        ("Fly.io token", "fm2_" + of(ALNUM, 140)),
        ("Databricks token", "dapi" + of(HEX, 32)),
        ("HCP Terraform token", f"{of(ALNUM, 14)}.atlasv1.{of(ALNUM, 67)}"),
        ("Pulumi token", "pul-" + of(HEX, 40)),
        ("Doppler token", "dp.pt." + of(ALNUM, 43)),
        ("Doppler token", "dp.st.dev." + of(ALNUM, 43)),
        ("Dynatrace token", f"dt0c01.{of(UPPER, 24)}.{of(UPPER, 64)}"),
        ("Grafana token", f"glsa_{of(ALNUM, 32)}_{of(HEX, 8)}"),
        ("Grafana Cloud token", "glc_" + make.base64(60)),
        ("New Relic key", "NRAK-" + of(UPPER, 27)),
        ("Sentry token", "sntrys_" + of(ALNUM, 90)),
        ("Postman key", f"PMAK-{of(HEX, 24)}-{of(HEX, 34)}"),
        ("Linear key", "lin_api_" + of(ALNUM, 40)),
        ("Notion token", f"ntn_{of(string.digits, 11)}{of(ALNUM, 35)}"),
        ("Atlassian token", "ATATT3" + of(WORD, 186)),
        ("Airtable token", f"pat{of(ALNUM, 14)}.{of(HEX, 64)}"),
        ("Square token", "sq0csp-" + of(WORD, 43)),
        ("Square token", "EAAA" + of(WORD, 60)),
        ("PayPal Braintree token", f"access_token$production${of(HEX, 16)}${of(HEX, 32)}"),
        ("Plaid token", "access-production-" + uuid),
        ("Flutterwave key", f"FLWSECK-{of(HEX, 32)}-X"),
        ("Duffel token", "duffel_live_" + of(WORD, 43)),
        ("EasyPost key", "EZAK" + of(ALNUM, 54)),
        ("Twilio key", "SK" + of(HEX, 32)),
        ("SendGrid key", f"SG.{of(WORD, 22)}.{of(WORD, 43)}"),
        ("Mailchimp key", f"{of(HEX, 32)}-us12"),
        ("Mailgun key", "key-" + of(HEX, 32)),
        ("Brevo key", f"xkeysib-{of(HEX, 64)}-{of(ALNUM, 16)}"),
        ("OpenAI key", f"sk-proj-{of(WORD, 74)}T3Blbk" + f"FJ{of(WORD, 74)}"),
        ("OpenAI key", f"sk-{of(ALNUM, 20)}T3Blbk" + f"FJ{of(ALNUM, 20)}"),
        ("Anthropic key", f"sk-ant-api03-{of(WORD, 93)}AA"),
        ("Anthropic key", f"sk-ant-admin01-{of(WORD, 93)}AA"),
        ("OpenRouter key", "sk-or-v1-" + of(HEX, 64)),
        ("Hugging Face token", "hf_" + of(string.ascii_letters, 34)),
        ("Groq key", "gsk_" + of(ALNUM, 52)),
        ("xAI key", "xai-" + of(ALNUM, 80)),
        ("Perplexity key", "pplx-" + of(ALNUM, 48)),
        ("Replicate token", "r8_" + of(ALNUM, 37)),
        ("Fireworks key", "fw_" + of(ALNUM, 24)),
        ("LangSmith key", f"lsv2_pt_{of(HEX, 32)}_{of(HEX, 10)}"),
        ("Tavily key", "tvly-" + of(ALNUM, 32)),
        ("Pinecone key", f"pcsk_{of(ALNUM, 5)}_{of(ALNUM, 63)}"),
        ("PyPI token", "pypi-AgEIcHlwaS5vcmc" + of(WORD, 120)),
        ("RubyGems key", "rubygems_" + of(HEX, 48)),
        ("crates.io token", "cio" + of(ALNUM, 32)),
        ("Docker token", "dckr_pat_" + of(WORD, 27)),
        ("Artifactory key", "AKCp" + of(ALNUM, 69)),
        ("Supabase key", "sbp_" + of(HEX, 40)),
        ("PlanetScale token", "pscale_tkn_" + of(WORD, 43)),
        ("Prefect token", "pnu_" + of(ALNUM, 36)),
        ("1Password service account", "ops_eyJ" + of(ALNUM, 260)),
        ("1Password secret key", "A3-" + "-".join(of(UPPER, n) for n in (6, 6, 5, 5, 5, 5))),
        ("age key", "AGE-SECRET-KEY-1" + of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)),
        ("OpenShift token", "sha256~" + of(WORD, 43)),
        ("private key", make.key("RSA PRIVATE KEY", "\\n")),
        ("private key", make.key("PGP PRIVATE KEY BLOCK")),
        ("bearer token", f"Authorization: Bearer {of(ALNUM, 40)}"),
        ("bearer token", f"-H 'authorization: bearer {of(WORD, 32)}'"),
        ("basic credentials", "Authorization: Basic " + base64.b64encode(f"anna:{of(ALNUM, 12)}".encode()).decode()),
        ("password of a connection", f"Server=db;Database=x;User Id=sa;Password={of(ALNUM, 16)};"),
        ("secret in an assignment", f'client_secret = "{of(ALNUM, 32)}"'),
        ("secret in an assignment", f"'password': '{of(ALNUM + '!#%', 20)}'"),
        ("secret in an assignment", f"export API_KEY={of(ALNUM, 40)}"),
        ("secret in an assignment", f'"access_key": "{of(ALNUM, 28)}"'),
    ]  # fmt: skip
    return rows


@functools.cache
def made_secrets() -> tuple[Row, ...]:
    """Return made secrets of every form, more than once where the form is common."""
    common = {"GitHub token", "Stripe key", "OpenAI key"}
    return (*_secrets(Maker(11)), *(row for row in _secrets(Maker(12)) if row[0] in common))


_PIECES: tuple[tuple[str, ...], ...] = (
    ("ghp_", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"),
    ("glpat-", "hellOworld380_testin"),
    ("gldt-", "HwllOuhfw-wu0rlD_yep"),
    ("glsoat-", "PREfix_helloworld380_testin_pretty_long_token_long"),
    ("GR1348941", "PREfix_helloworld380"),
    ("MTk4NjIyNDgzNDcxOTI1MjQ4", ".Cl2FMQ.", "ZnCjm1XVW7vRze4b7Cq4se7kKWs"),
    ("Nzk5MjgxNDk0NDc2NDU1OTg3", ".YABS5g.", "2lmzECVlZv3vv6miVnUaKPQi2wI"),
    ("MZ1yGvKTjE0rY0cV8i47CjAa", ".uRHQPq.", "Xb1Mk2nEhe-4iUcrGOuegj57zMC"),
    ("MTAyOTQ4MTN5OTU5MTDwMEcxNg", ".GSwJyi.", "sbaw8msOR3Wi6vPUzeIWy_P0vJbB0UuRVjH8l8"),
    ("343ea45721923ed956e2b38c31db76aa", "-us30"),
    ("a2937653ed38c31a43ea46e2b19257db", "-us2"),
    ("sk-", "Xi8tcNiHV9awbCcvilTe", "T3Blbk", "FJ3UDnpdEwNNm6wVBpYM0o"),
    ("sk-proj-", "Xi8tdMjHV6pmbBbwilTe", "T3Blbk", "FJ3UDnpdEwNNm6wVBpYM0o"),
    ("SG.", "ngeVfQFYQlKU0ufo8x5d1A.", "TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr"),
    ("xoxp-", "523423-234243-234233-", "e039d02840a0b9379c"),
    ("xoxs-", "523423-234243-234233-", "e039d02840a0b9379c"),
    ("xoxa-", "2-511111111-31111111111-3111111111111-", "e039d02840a0b9379c"),
    ("xoxb-", "34532454-", "e039d02840a0b9379c"),
    ("xoxb-", "781236542736-2364535789652-", "GkwFDQoHqzXDVsC6GzqYUypD"),
    ("xoxb-", "263594206564-2343594206574-", "FGqddMF8t08v8N7Oq4i57vs1MBS"),
    ("xoxp-", "41684372915-1320496754-45609968301-", "e708ba56e1517a99f6b5fb07349476ef"),
    ("xapp-", "1-A052FGTS2DL-5171572773297-", "610b6a11f4b7eb819e87b767d80e6575a3634791acb9a9ead051da879eb5b55e"),
    ("sk_live_", "ReTllpYQYfIZu2Jnf2lAPFjD"),
    ("rk_live_", "5TcWfjKmJgpql9hjpRnwRXbT"),
    ("sk_test_", "51OuEMLAlTWGaDypq4P5cuDHbuKeG4tAGPYHJpEXQ7zE8mKK3jkhTFPvCxnSSK5zB5EQZrJsYdsatNmAHGgb0vSKD00GTMSWRHs"),
    ("110201543", ":A", "AHdqTcvCH1vGWJxfSe1ofSAs0K5PALDsaw"),
    ("7213808860", ":A", "AH1bjqpKKW3maRSPAxzIU-0v6xNuq2-NjM"),
    ("AccountKey=", "lJzRc1YdHaAA2KCNJJ1tkYwF/+mKK6Ygw0NGe170Xu592euJv2wYUtBlV8z+qnlcNQSnIYVTkLWntUO1F8j8rQ", "=="),
    ("AKIA", "LALEMEL33243OLIB"),
    ("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ",
     ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"),
    ("eyJ0eXAiOiJKV1QiLA0KImFsZyI6IkhTMjU2In0", ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"),
    ("Bearer hf_", "cYfJAwnBfGcKRKxGwyGItlQlRSFYCLphgG"),
    ("hf_", "hZEmnoOEYISjraJtbySaKCNnSuYAvukaTt"),
    ("api_org_", "lYqIcVkErvSNFcroWzxlrUNNdTZrfUvHBz"),
    ("sk-ant-api03-", "abc123xyz-456def789ghij-klmnopqrstuvwx-3456yza789bcde-1234fghijklmnopby56aaaogaopaaaabc123xyzAA"),
    ("https://testy_-test:", "abcd1234" * 8, "@testy_-test.cloudant.com"),
    ("pypi-", "AgEIcHlwaS5vcmcCJDU3OTM1MjliLWIyYTYtNDEwOC05NzRkLTM0MjNiNmEwNWIzYgACF1sxLFsitesttestbWluaW1hbC1wcm9qZWN0Il1d"),
    ("aws_access_key = \"", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYKEXQMPLKEY", "\""),
    ("sk-svcacct-", "0Zkr4NUd4f_6LkfHfi3LlC8xKZQePXJCb21UiUWGX0F3_-6jv9PpY9JtaoooN9CCUPltpFiamw", "T3Blbk",
     "FJZVaaY7Z2aq_-I96dwiXeKVhRNi8Hs7uGmCFv5VTi2SxzmUsRgJoUJCbgPFWSXYDPPbYHJAuwIA"),
)  # fmt: skip

PUBLISHED = ["".join(pieces) for pieces in _PIECES]
"""Of https://github.com/Yelp/detect-secrets/tree/master/tests/plugins and gitleaks' `cmd/generate/config/rules`."""


def spaced(digits: str, *groups: int) -> str:
    """Return digits in groups."""
    parts, at = [], 0
    for size in groups:
        parts.append(digits[at : at + size])
        at += size
    return " ".join(parts)


PERSONAL: tuple[Row, ...] = (
    ("e-mail address", "anna.schmidt" + "@posteo.de"),
    ("e-mail address", "j.doe+news" + "@mail.co.uk"),
    ("e-mail address", "<peter_1982" + "@gmail.com>"),
    ("e-mail address", "Mail: office" + "@kanzlei-huber.at."),
    ("e-mail address", "x" + "@sub.domain.example-firm.io"),
    ("e-mail address", '"contact":"marie.curie' + '@sorbonne.fr"'),
    # the card networks' own test numbers (https://docs.stripe.com/testing)
    ("payment card", "4242" + "424242424242"),
    ("payment card", spaced("4000056655665556", 4, 4, 4, 4)),
    ("payment card", "5555-5555-5555" + "-4444"),
    ("payment card", "2223003122" + "003222"),
    ("payment card", spaced("378282246310005", 4, 6, 5)),
    ("payment card", "371449635" + "398431"),
    ("payment card", "6011111111" + "111117"),
    ("payment card", "3056930902" + "5904"),
    ("payment card", "3566002020" + "360505"),
    ("payment card", "card: 6200000000" + "000005"),
    # the examples of the registry (https://www.swift.com/swift-resource/11971/download)
    ("IBAN", "DE89 3704 0044 " + "0532 0130 00"),
    ("IBAN", "GB29NWBK6016" + "1331926819"),
    ("IBAN", "FR14 2004 1010 " + "0505 0001 3M02 606"),
    ("IBAN", "NL91ABNA" + "0417164300"),
    ("IBAN", "ES91 2100 0418 " + "4502 0005 1332"),
    ("IBAN", "IT60X0542811" + "101000000123456"),
    ("IBAN", "AT611904300" + "234573201"),
    ("IBAN", "CH93 0076 2011 " + "6238 5295 7"),
    ("IBAN", "BE68 5390 " + "0754 7034"),
    ("IBAN", "SE45500000000" + "58398257466"),
    ("IBAN", "NO93860111" + "17947"),
    ("IBAN", "PL611090101400000" + "71219812874"),
    ("phone number", "+49 30 " + "901820"),
    ("phone number", "+49-170-" + "1234567"),
    ("phone number", "+44 20 7946 " + "0018"),
    ("phone number", "+1 (415) " + "734-2671"),
    ("phone number", "+14157" + "342671"),
    ("phone number", "(212) " + "736-5000"),
    ("phone number", "call 415-" + "734-2671 today"),
    ("phone number", "+33 1 42 68 " + "53 00"),
    ("phone number", "tel:+81-3-" + "3580-3311"),
    ("phone number", "+91 98765 " + "43210"),
    ("IPv4 address", "81.2.69." + "142"),
    ("IPv4 address", "from 185.199.108." + "153 port 22"),
    ("IPv4 address", "client=93.184.215." + "14"),
    ("IPv6 address", "2a00:1450:4001:" + "81b::200e"),
    ("IPv6 address", "2606:2800:21f:" + "cb07:6820:80da:af6b:8b2c"),
    ("US social security number", "536-22-" + "1847"),
    ("US social security number", "SSN 219-09-" + "1234"),
    ("Spanish DNI or NIE", "12345678" + "Z"),
    ("Spanish DNI or NIE", "X1234567" + "L"),
    ("Italian fiscal code", "RSSMRA85T10" + "A562S"),
    ("Italian fiscal code", "MRTMTT91D08" + "F205J"),
    ("French social security number", "2 55 08 14 168 " + "025 38"),
    ("French social security number", "1840675115" + "00157"),
    ("Brazilian CPF", "529.982." + "247-25"),
    ("Brazilian CPF", "111.444." + "777-35"),
    ("Swedish personal number", "811228-" + "9874"),
    ("Swedish personal number", "19670919-" + "9530"),
    ("Finnish personal code", "131052-" + "308T"),
    ("Finnish personal code", "290394-" + "941R"),
    ("Aadhaar number", "2341 2341 " + "2346"),
    ("Chinese resident number", "11010519491231" + "002X"),
    ("Korean registration number", "820701-" + "2409181"),
    ("Chilean RUT", "12.345." + "678-5"),
    ("Chilean RUT", "30.686." + "957-4"),
    ("German tax id", "86095742" + "719"),
    ("German tax id", "47 036 892 " + "816"),
    ("Polish PESEL", "44051401" + "359"),
    ("Polish PESEL", "02070803" + "628"),
    ("Dutch citizen number", "BSN: 1112" + "22333"),
    ("British NHS number", "NHS number 943 476 " + "5919"),
)  # fmt: skip
"""Personal data: examples of the authorities and of the articles about these numbers; of nobody who lives."""
