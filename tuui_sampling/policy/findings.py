"""
Lists what is looked for in texts: one table, one entry for each rule.

To add a rule is to add an entry here and a row to the table of its test. An entry names *anchors*, literal texts of
which one is in whatever it finds: they are looked for first, which costs next to nothing, and only where one is found
the pattern is tried. Every pattern is bounded, so that the whole stays linear whatever the text is; a test holds that.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from . import national_numbers as national
from . import value_checks
from .finding import FindingKind, Severity

MAX_BODY = 20_000
"""Characters of the body of a private key that belong to the finding."""

GAP = r"\s{1,64}"
"""What may stand between the words of a phrase: a line feed and blanks, too."""

LONG_WORD = 20
"""Characters; no machine-made token is shorter."""

VENDORS = "https://github.com/gitleaks/gitleaks/tree/master/cmd/generate/config/rules"
GITHUB = "https://github.blog/engineering/behind-githubs-new-authentication-token-formats/"
GITLAB = "https://docs.gitlab.com/security/tokens/#token-prefixes"
SLACK = "https://api.slack.com/authentication/token-types"
AWS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"
NATIONAL = "https://en.wikipedia.org/wiki/National_identification_number"
OWASP = "https://cheatsheetseries.owasp.org/cheatsheets/LLM_Prompt_Injection_Prevention_Cheat_Sheet.html"
GRESHAKE = "https://arxiv.org/abs/2302.12173"
EMBRACE = "https://embracethered.com/blog/posts/2023/bing-chat-data-exfiltration-poc-and-fix/"
GTFO = "https://gtfobins.github.io/"

_REASONS = {
    FindingKind.SECRET: "Whoever reads it can use it; a model's provider would.",
    FindingKind.PERSONAL: "It is about a person, who may not want it at a model's provider.",
    FindingKind.INJECTION: "It speaks to the model past the person, as instructions hidden in data do.",
    FindingKind.URL: "An address that is built or opened can carry what the conversation holds to somebody else.",
    FindingKind.CODE: "A command that changes or fetches things, should anybody run it.",
}


@dataclass(frozen=True)
class Rule:
    """
    One thing to look for.

    Attributes:
        name: What it is, such as "GitHub token"; stands in lists and in the record.
        anchors: Literal texts; a match holds one of them, `lead` characters after its beginning. A blank in one stands
            for any gap between words.
        pattern: What is found, tried only around an anchor. Its group 1, where it has one, is the value itself.
        check: Looks at the value's structure; None where there is none.
        lead: The characters that may stand before the anchor within the match; empty when it begins with the anchor.
        least_lead: How many of them there are at least, where many anchors are nothing.
        folded: Case does not matter, neither of the anchors (which are in lower case) nor of the pattern.
        free: The match may begin and end within a word.
        long: The match is (a part of) one word of at least `LONG_WORD` characters: only such words are searched.
    """

    kind: FindingKind
    name: str
    anchors: tuple[str, ...]
    pattern: str
    check: Callable[[str], bool] | None = None
    source: str = VENDORS
    severity: Severity = Severity.HIGH
    lead: str = ""
    least_lead: int = 0
    folded: bool = False
    free: bool = False
    long: bool = False
    reason: str = ""
    compiled: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compile the pattern; a token begins and ends where a word does, or behind an escaped line feed."""
        pattern = self.pattern
        if not self.free:
            pattern = rf"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))(?:{pattern})(?![A-Za-z0-9])"
        flags = re.ASCII if self.kind in (FindingKind.SECRET, FindingKind.PERSONAL) else re.NOFLAG  # of digits, too
        object.__setattr__(self, "compiled", re.compile(pattern, flags | (re.IGNORECASE if self.folded else 0)))
        object.__setattr__(self, "reason", self.reason or _REASONS[self.kind])


def _token(name: str, anchor: str, rest: str, **more: object) -> Rule:
    """Return the rule of a token that begins with a prefix of its own, which random characters follow."""
    anchors = tuple(anchor.split())
    prefix = "|".join(map(re.escape, anchors))
    options: dict[str, object] = {"check": value_checks.is_random, "long": True} | more
    return Rule(FindingKind.SECRET, name, anchors, f"(?:{prefix}){rest}", **options)  # type: ignore[arg-type]


_WORD = "[A-Za-z0-9_-]"
_ALNUM = "[A-Za-z0-9]"
_HEX = "[a-f0-9]"

SECRETS = (
    _token("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", f"{_ALNUM}{{36}}", check=value_checks.crc_in_base62, source=GITHUB),
    _token("GitHub fine-grained token", "github_pat_", r"[A-Za-z0-9]{22}_[A-Za-z0-9]{59}", source=GITHUB),
    _token("npm token", "npm_", f"{_ALNUM}{{36}}", check=value_checks.crc_in_base62, source=GITHUB),
    _token("GitLab token", "glpat- gldt- glft- glrt- glsoat- glffct- glimt- glptt- gloas- glagent- glcbt-",
           r"[\w.-]{20,100}", source=GITLAB),
    _token("GitLab runner registration token", "GR1348941", f"{_WORD}{{20}}", source=GITLAB),
    _token("Slack token", "xoxb- xoxp- xoxa- xoxo- xoxs- xoxr- xoxe- xoxe. xoxc- xoxd-",
           r"(?:\d{1,2}-)?\d[\w-]{18,200}|(?:xox[bp]-)?1?-?[\w%-]{40,300}", source=SLACK),
    _token("Slack app token", "xapp-", r"\d-[A-Z0-9]{8,14}-\d{8,16}-[a-zA-Z0-9]{40,80}", source=SLACK),
    _token("Slack webhook", "hooks.slack.com/", r"(?:services|workflows|triggers)/[\w/+-]{20,100}", source=SLACK),
    _token("Discord webhook", "discord.com/api/webhooks/ discordapp.com/api/webhooks/", r"\d{17,20}/[\w-]{60,80}"),
    Rule(FindingKind.SECRET, "Discord bot token", (".",), r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,42}",
         value_checks.is_random, "https://discord.com/developers/docs/reference#authentication", lead=r"[\w-]", least_lead=24, long=True),
    Rule(FindingKind.SECRET, "Telegram bot token", (":AA",), r"\d{8,10}:AA[\w-]{33}", value_checks.is_random,
         "https://core.telegram.org/bots/api#authorizing-your-bot", lead=r"\d", long=True),
    _token("AWS access key id", "AKIA ASIA ABIA ACCA A3T", r"[A-Z2-7]{16}|A3T[A-Z0-9]{17}", source=AWS),
    _token("AWS Bedrock key", "ABSK", r"[A-Za-z0-9+/]{109,269}={0,2}", source=AWS),
    Rule(FindingKind.SECRET, "AWS secret access key", ("aws", "secret_access_key", "secretaccesskey"),
         r"(?:aws[\w-]{0,30}?|secret_?access_?key)['\"]{0,2}\s{0,3}[:=]{1,2}\s{0,3}['\"]{0,2}([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
         value_checks.is_random, AWS, folded=True, free=True),
    _token("Google API key", "AIza", f"{_WORD}{{35}}"),
    _token("Google OAuth client secret", "GOCSPX-", f"{_WORD}{{28}}"),
    _token("Google OAuth token", "ya29.", r"[\w-]{50,400}"),
    Rule(FindingKind.SECRET, "Azure storage key", ("accountkey=",), r"AccountKey=[A-Za-z0-9+/]{86}==", value_checks.azure_key,
         "https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage", folded=True, free=True),
    Rule(FindingKind.SECRET, "Azure AD client secret", ("Q~",), r"[\w~.]{3}\dQ~[\w~.-]{31,34}", value_checks.is_random,
         lead=r"[\w~.]", long=True),
    Rule(FindingKind.SECRET, "Azure shared access signature", ("sig=",), r"sig=[A-Za-z0-9%+/]{40,120}(?:=|%3D)", value_checks.is_random,
         "https://learn.microsoft.com/azure/storage/common/storage-sas-overview", free=True, long=True),
    _token("DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", f"{_HEX}{{64}}"),
    _token("Alibaba access key id", "LTAI", f"{_ALNUM}{{20}}"),
    _token("Cloudflare origin CA key", "v1.0-", f"{_HEX}{{24}}-{_HEX}{{146}}"),
    _token("Heroku key", "HRKU-AA", f"{_WORD}{{58}}"),
    _token("Fly.io token", "fo1_ fm1a_ fm1r_ fm2_", r"[\w+/-]{43,500}={0,3}"),
    _token("Databricks token", "dapi", rf"{_HEX}{{32}}(?:-\d)?", check=value_checks.has_digit_and_letter),
    _token("HashiCorp Vault token", "hvs. hvb. hvr.", f"{_WORD}{{80,300}}"),
    Rule(FindingKind.SECRET, "HCP Terraform token", (".atlasv1.",), r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}",
         value_checks.is_random, lead="[A-Za-z0-9]", long=True),
    _token("Pulumi token", "pul-", f"{_HEX}{{40}}"),
    _token("Doppler token", "dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.", r"(?:[\w-]{2,35}\.)?[A-Za-z0-9]{40,44}"),
    _token("Dynatrace token", "dt0c01. dt0s01.", r"[A-Za-z0-9]{24}\.[A-Za-z0-9]{64}"),
    _token("Grafana token", "glsa_", r"[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}"),
    _token("Grafana Cloud token", "glc_", r"[A-Za-z0-9+/]{32,400}={0,3}"),
    _token("New Relic key", "NRAK- NRII- NRAL-", r"[A-Za-z0-9-]{27,32}"),
    _token("Sentry token", "sntrys_ sntryu_", r"[\w+/=-]{60,500}"),
    _token("Postman key", "PMAK-", f"{_HEX}{{24}}-{_HEX}{{34}}"),
    _token("Linear key", "lin_api_ lin_oauth_", f"{_ALNUM}{{40,64}}"),
    _token("Notion token", "ntn_ secret_", r"\d{11}[A-Za-z0-9]{35}|secret_[A-Za-z0-9]{43}", check=value_checks.has_digit_and_letter),
    _token("Atlassian token", "ATATT3 ATCTT3", r"[\w=-]{60,250}"),
    _token("Airtable token", "pat", r"[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    _token("Shopify token", "shpat_ shpca_ shppa_ shpss_", "[a-fA-F0-9]{32}"),
    _token("Stripe key", "sk_live_ sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_ whsec_", f"{_ALNUM}{{20,247}}",
           source="https://docs.stripe.com/keys"),
    _token("Square token", "EAAA sq0atp- sq0csp- sq0idp-", f"{_WORD}{{22,60}}", check=value_checks.has_digit_and_letter),
    _token("PayPal Braintree token", "access_token$production$", f"[a-z0-9]{{16}}\\${_HEX}{{32}}"),
    _token("Plaid token", "access-production- access-sandbox- access-development-", f"{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"),
    _token("Flutterwave key", "FLWSECK_TEST- FLWSECK-", f"{_ALNUM}{{12,40}}(?:-X)?"),
    _token("Duffel token", "duffel_live_ duffel_test_", r"[\w=-]{43}"),
    _token("EasyPost key", "EZAK EZTK", f"{_ALNUM}{{54}}"),
    _token("Twilio key", "SK AC", f"{_HEX}{{32}}", check=value_checks.has_digit_and_letter, source="https://www.twilio.com/docs/iam/api-keys"),
    _token("SendGrid key", "SG.", r"[\w-]{20,24}\.[\w-]{39,50}"),
    Rule(FindingKind.SECRET, "Mailchimp key", ("-us",), r"[a-f0-9]{32}-us\d{1,2}", value_checks.has_digit_and_letter, lead="[a-f0-9]", long=True),
    _token("Mailgun key", "key-", f"{_HEX}{{32}}", check=value_checks.has_digit_and_letter),
    _token("Brevo key", "xkeysib-", f"{_HEX}{{64}}-[A-Za-z0-9]{{16}}"),
    _token("OpenAI key", "sk-", r"(?:(?:proj|svcacct|admin|None)-[\w-]{20,140}|[A-Za-z0-9]{20})T3BlbkFJ[\w-]{20,140}",
           source="https://platform.openai.com/docs/api-reference/authentication"),
    _token("Anthropic key", "sk-ant-", r"(?:api|admin|oat|sid)\d\d-[\w-]{80,120}", source="https://docs.claude.com/en/api/overview"),
    _token("OpenRouter key", "sk-or-v1-", f"{_HEX}{{64}}"),
    _token("Hugging Face token", "hf_ api_org_", "[A-Za-z]{34}", source="https://huggingface.co/docs/hub/security-tokens"),
    _token("Groq key", "gsk_", f"{_ALNUM}{{52}}"),
    _token("xAI key", "xai-", f"{_ALNUM}{{80}}"),
    _token("Perplexity key", "pplx-", f"{_ALNUM}{{48}}"),
    _token("Replicate token", "r8_", f"{_ALNUM}{{37}}"),
    _token("Fireworks key", "fw_", f"{_ALNUM}{{22,26}}", check=value_checks.has_digit_and_letter),
    _token("LangSmith key", "lsv2_pt_ lsv2_sk_", f"{_HEX}{{32}}_{_HEX}{{10}}"),
    _token("Tavily key", "tvly-", r"(?:dev-|prod-)?[A-Za-z0-9]{32}"),
    _token("Pinecone key", "pcsk_", r"[A-Za-z0-9]{4,8}_[A-Za-z0-9]{40,70}"),
    _token("PyPI token", "pypi-", r"AgE[\w-]{70,1000}", source="the manual of PyPI, API tokens"),
    _token("RubyGems key", "rubygems_", f"{_HEX}{{48}}"),
    _token("crates.io token", "cio", f"{_ALNUM}{{32}}", check=value_checks.has_digit_and_letter),
    _token("Docker token", "dckr_pat_ dckr_oat_", f"{_WORD}{{27,40}}"),
    _token("Artifactory key", "AKCp", f"{_ALNUM}{{69}}"),
    _token("Supabase key", "sbp_ sb_secret_", f"{_WORD}{{31,48}}", check=value_checks.has_digit_and_letter),
    _token("PlanetScale token", "pscale_tkn_ pscale_oauth_ pscale_pw_", r"[\w=.-]{32,64}"),
    _token("Prefect token", "pnu_ pnb_", f"{_ALNUM}{{36}}"),
    _token("1Password service account", "ops_eyJ", r"[A-Za-z0-9+/]{100,2000}={0,3}"),
    _token("1Password secret key", "A3-", r"[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}"),
    _token("age key", "AGE-SECRET-KEY-1", "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    _token("OpenShift token", "sha256~", f"{_WORD}{{43}}"),
    Rule(FindingKind.SECRET, "private key", ("-----BEGIN",),
         r"-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
         r"(?:(?:\s|\\n){0,4}[A-Za-z-]{3,20}: [^\n\\]{1,100}){0,4}"
         rf"[^-]{{60,{MAX_BODY}}}(?:-----END (?:[A-Z0-9]{{2,12}} ){{0,3}}PRIVATE KEY(?: BLOCK)?-----)?",
         lambda text: len(set(text)) > 25 and not value_checks.stands_in(text), "https://www.rfc-editor.org/rfc/rfc7468", free=True),
    Rule(FindingKind.SECRET, "JSON web token", ("eyJ", "ewog", "ewoJ"), r"e[yw][\w-]{12,2000}\.[\w-]{2,4000}(?:\.[\w-]{0,2000}){0,3}",
         value_checks.jwt_header, "https://www.rfc-editor.org/rfc/rfc7519", long=True),
    Rule(FindingKind.SECRET, "bearer token", ("bearer ",), r"bearer\s{1,3}([\w.~+/-]{20,500}={0,2})",
         value_checks.has_digit_and_letter, "https://www.rfc-editor.org/rfc/rfc6750", folded=True),
    Rule(FindingKind.SECRET, "basic credentials", ("basic ",), r"basic\s{1,3}([A-Za-z0-9+/]{8,500}={0,2})",
         value_checks.basic_credentials, "https://www.rfc-editor.org/rfc/rfc7617", folded=True),
    Rule(FindingKind.SECRET, "password in an address", ("://",), r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s:/@'\"<>`]{0,100}:[^\s,/@'\"<>`]{4,200}@[\w.\[\]-]{1,200}",
         value_checks.url_password, "https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1", lead="[A-Za-z0-9+.-]", free=True),
    Rule(FindingKind.SECRET, "password of a connection", ("password=", "pwd="), r"(?:password|pwd)=([^\s;'\"&,)]{6,100});",
         value_checks.is_random_value, "https://www.connectionstrings.com/", folded=True, free=True),
    Rule(FindingKind.SECRET, "secret in an assignment",
         ("passw", "pwd", "secret", "api_key", "apikey", "api-key", "token", "access_key", "accesskey", "private_key", "auth"),
         r"(?:passw(?:ord|d)?|pwd|secret(?:[_-]?key)?|api[_-]?key|(?:auth[_-]?)?token|access[_-]?key|private[_-]?key|auth)"
         r"['\"]{0,2}\s{0,3}(?::|=|:=|=>)\s{0,3}(['\"`][^\s'\"`\\]{12,200}['\"`]|(?<==)[A-Za-z0-9+/_-]{20,200}={0,2}(?=[\s;&,'\"\\)]|$))",
         value_checks.is_random_value, "https://github.com/gitleaks/gitleaks/blob/master/cmd/generate/config/rules/generic.go",
         Severity.MEDIUM, folded=True, free=True),
)  # fmt: skip


def _personal(name: str, anchors: str, pattern: str, check: Callable[[str], bool], **more: object) -> Rule:
    return Rule(FindingKind.PERSONAL, name, tuple(anchors.split()), pattern, check, **({"source": NATIONAL} | more))  # type: ignore[arg-type]


_NUMBER = r"[0-9]"

PERSONAL = (
    _personal("e-mail address", "@", r"(?u:[\w.%+-]{1,64})@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}", value_checks.email,
              lead=r"[\w.%+-]", source="https://www.rfc-editor.org/rfc/rfc5322#section-3.4.1", severity=Severity.MEDIUM),
    _personal("Dutch citizen number", "bsn burgerservicenummer", r"(?:bsn|burgerservicenummer)\W{1,4}(\d{9})", national.dutch_bsn, folded=True),
    _personal("British NHS number", "nhs", r"nhs(?: number| no\.?)?\W{1,4}(\d{3}[ -]?\d{3}[ -]?\d{4})", national.british_nhs_number, folded=True),
)  # fmt: skip

PERSONAL_NUMBERS = (
    _personal("payment card", "", r"\d{4}(?:[ -]?\d{4,6}){2,3}(?:[ -]?\d{1,7})?", value_checks.payment_card,
              source="https://en.wikipedia.org/wiki/Payment_card_number"),
    _personal("IBAN", "", r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?", value_checks.iban,
              source="https://en.wikipedia.org/wiki/International_Bank_Account_Number"),
    _personal("phone number", "", r"\+\d{1,3}[ .-]?\(?\d{1,4}\)?(?:[ .-]?\d{2,4}){2,4}|\(\d{3}\) ?\d{3}[-.]\d{4}|\d{3}-\d{3}-\d{4}|\d{3}\.\d{3}\.\d{4}",
              value_checks.phone, source="https://www.itu.int/rec/T-REC-E.164", severity=Severity.MEDIUM),
    _personal("IPv4 address", "", r"\d{1,3}(?:\.\d{1,3}){3}(?!\.\d)", value_checks.public_ip, source="https://www.iana.org/assignments/iana-ipv4-special-registry",
              severity=Severity.LOW),
    _personal("IPv6 address", "", r"[0-9a-fA-F]{1,4}(?:::?[0-9a-fA-F]{1,4}){3,7}(?:::)?", value_checks.public_ip,
              source="https://www.iana.org/assignments/iana-ipv6-special-registry", severity=Severity.LOW),
    _personal("US social security number", "", r"\d{3}-\d{2}-\d{4}", national.us_ssn),
    _personal("Spanish DNI or NIE", "", r"[XYZ]?-?\d{7,8}-?[A-HJ-NP-TV-Z]", national.spanish_dni),
    _personal("Italian fiscal code", "", r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]", national.italian_fiscal_code),
    _personal("French social security number", "", r"[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}", national.french_nir),
    _personal("Brazilian CPF", "", r"\d{3}\.\d{3}\.\d{3}-\d{2}", national.brazilian_cpf),
    _personal("Swedish personal number", "", r"(?:19|20)?\d{6}[-+]\d{4}", national.swedish_personal_number),
    _personal("Finnish personal code", "", r"\d{6}[-+A-F]\d{3}[0-9A-FHJ-NPR-Y]", national.finnish_hetu),
    _personal("Aadhaar number", "", r"[2-9]\d{3} \d{4} \d{4}", national.aadhaar),
    _personal("Chinese resident number", "", r"[1-9]\d{5}(?:19|20)\d{9}[\dXx]", national.chinese_resident_id),
    _personal("Korean registration number", "", r"\d{6}-[1-4]\d{6}", national.korean_registration_number),
    _personal("Chilean RUT", "", r"\d{1,2}\.\d{3}\.\d{3}-[\dkK]", national.chilean_rut),
    _personal("German tax id", "", r"\d{2} ?\d{3} ?\d{3} ?\d{3}", national.german_tax_id),
    _personal("Polish PESEL", "", r"\d{11}", national.polish_pesel),
)  # fmt: skip
"""Personal data without an anchor: these are tried where a number begins (`scan.py`), and the first that fits counts."""


def _phrase(
    name: str, anchors: str, pattern: str, source: str, kind: FindingKind = FindingKind.INJECTION, **more: object
) -> Rule:
    options: dict[str, object] = {"severity": Severity.MEDIUM, "folded": True} | more
    pattern = pattern.replace(" ?", rf"(?:{GAP})?").replace(" ", GAP)
    return Rule(kind, name, tuple(anchors.split("|")), pattern, None, source, **options)  # type: ignore[arg-type]


_DETERMINED = r"(?:all |any |the |your |my |these |those |of |above |previous(?:ly)? |prior |earlier |preceding |given |system ){1,4}"

PHRASES = (
    _phrase("ignore previous instructions", "ignore |disregard |forget |override ",
            rf"(?:ignore|disregard|forget|override) {_DETERMINED}(?:instructions?|prompts?|rules|directions|guidelines|context)", OWASP),
    _phrase("new role", "you are now |from now on", r"(?:you are now (?:in )?(?:dan|developer mode|an? un)|from now on,? you (?:will|must|are))", OWASP),
    _phrase("reveal the prompt", "reveal |repeat |print |show ",
            r"(?:reveal|repeat|print|show) (?:me |us )?(?:your|the) (?:system|hidden|initial|original) (?:prompt|instructions?|message)", OWASP),
    _phrase("not to be told", "do not tell |don't tell |without telling |do not mention |don't mention ",
            r"(?:do not|don't|without) (?:tell|telling|mention)(?:ing)? (?:this |it |anything )?(?:to )?the (?:user|human|person|operator)", GRESHAKE),
    _phrase("important to the assistant", "<important>|[system]|<system>|<|im_start|>system|[/inst]",
            r"(?<![\w)\]])(?:<important>|\[system\]|<system>|<\|im_start\|>system|\[/inst\])", GRESHAKE, free=True),
    _phrase("send it to", "send |post |upload |exfiltrate ",
            r"(?:send|post|upload|exfiltrate) (?:all |any |the |this |your |every ){1,3}"
            r"(?:conversation|secrets?|api keys?|passwords?|credentials|chat history|files?|data) (?:\w{1,20} ){0,4}to (?:https?:|\S{1,60}@)", GRESHAKE),
    _phrase("picture with a query", "![", r"!\[[^\]\n]{0,200}\]\(https?://[^\s)?]{1,300}\?(?:[^\s)=&]{0,40}=[^\s)&]{0,31}&){0,8}[^\s)=&]{0,40}=(?:(?!https?:)[^\s)&]{32,800}|[<{\[$])", EMBRACE, FindingKind.URL, free=True),
    _phrase("script or data address", "javascript:|data:text/html", r"(?:javascript:[^\s]{1,200}|data:text/html[^\s]{1,200})", OWASP, FindingKind.URL, free=True),
    _phrase("download piped into a shell", "curl |wget |iwr |irm ",
            r"(?:curl|wget|iwr|irm) [^\n|]{1,300}\| ?(?:sudo )?(?:ba|z|da)?(?:sh|iex|python3?)\b", GTFO, FindingKind.CODE, severity=Severity.HIGH),
    _phrase("deletes everything", "rm -", r"rm -(?:rf|fr|r -f|f -r) (?:--no-preserve-root )?(?:/|~|\$home|\*)(?=[\s;*]|$)", GTFO, FindingKind.CODE,
            severity=Severity.HIGH, free=True),
    _phrase("reverse shell", "/dev/tcp/|nc -e|ncat -e", r"(?:/dev/tcp/[^\s]{1,100}|n(?:cat|c) -e [^\s]{1,60})", GTFO, FindingKind.CODE,
            severity=Severity.HIGH, free=True),
    _phrase("encoded command", "powershell|pwsh", r"(?:powershell|pwsh)(?:\.exe)? [^\n]{0,300}-e(?:nc|ncodedcommand)? [A-Za-z0-9+/=]{20,500}", GTFO,
            FindingKind.CODE, severity=Severity.HIGH),
    _phrase("decoded into a shell", "base64 ", r"base64 (?:-d|--decode|-D)[^\n|]{0,60}\| ?(?:ba|z)?sh\b", GTFO, FindingKind.CODE, severity=Severity.HIGH),
)  # fmt: skip
"""Injection, and what a model may be brought to write. A list that a person can read; it finds phrases, not intentions."""

ANCHORED = (*SECRETS, *PERSONAL, *PHRASES)
"""Every rule with anchors, in the order in which an overlap is decided: the first that fits keeps the stretch."""
