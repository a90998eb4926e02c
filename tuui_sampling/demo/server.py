"""
The demonstration server: one tool for each thing that sampling can be asked to do.

Most tools have a question, a function that returns a `Sample`: the SDK puts it to the client and hands the
answer to the tool. `ask_twice` and `remind` show what that style does not cover.
"""

import asyncio
import base64
import sys
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context, Resolve, Sample
from mcp.server.mcpserver.exceptions import ToolError
from mcp.shared.exceptions import MCPError
from mcp_types import (
    CreateMessageRequest,
    CreateMessageResult,
    ImageContent,
    InputRequiredResult,
    ModelHint,
    ModelPreferences,
    SamplingMessage,
)
from pydantic import Field

from . import trip
from .asking import AskingServer, assistant, can_push, in_words, push, user
from .hostile import hostile_text
from .picture import gradient_png

server = AskingServer(
    "tuui-sampling-demo",
    title="Sampling demonstration",
    instructions="Every tool asks the client's model for something. Nothing is stored.",
    log_level="WARNING",
)

Style = Literal["haiku", "limerick", "sonnet", "free verse"]


# --- one question, known from the arguments ---


def poem_question(topic: str, style: Style, lines: int) -> Sample:
    """Ask for a poem."""
    return Sample(
        [user(f"Write a poem about {topic}. Style: {style}. At most {lines} lines.")],
        system_prompt="You are a poet. Answer with the poem alone.",
        max_tokens=40 * lines,
        temperature=0.9,
        model_preferences=ModelPreferences(intelligence_priority=0.8, speed_priority=0.3),
    )


@server.tool(title="Write a poem", structured_output=False)
def generate_poem(
    topic: Annotated[str, Field(description="What the poem is about", min_length=1, max_length=200)],
    answer: Annotated[CreateMessageResult, Resolve(poem_question)],
    style: Annotated[Style, Field(description="The form of the poem")] = "haiku",
    lines: Annotated[int, Field(description="The most lines that it may have", ge=1, le=40)] = 4,
) -> str:
    """Have a poem written."""
    return in_words(answer)


def summary_question(text: str, sentences: int, bullets: bool) -> Sample:
    """Ask for a summary."""
    form = "a list" if bullets else "plain prose"
    return Sample(
        [user(f"Summarize the following text in at most {sentences} sentences, as {form}.\n\n{text}")],
        system_prompt="You summarize faithfully and add nothing.",
        max_tokens=80 * sentences,
        temperature=0.3,
        metadata={"purpose": "summary"},
    )


@server.tool(title="Summarize a text", structured_output=False)
def summarize(
    text: Annotated[str, Field(description="The text to summarize", min_length=1)],
    answer: Annotated[CreateMessageResult, Resolve(summary_question)],
    sentences: Annotated[int, Field(description="The most sentences that it may take", ge=1, le=10)] = 2,
    bullets: Annotated[bool, Field(description="As a list instead of prose")] = False,
) -> str:
    """Have a text summarized."""
    return in_words(answer)


def sentiment_question(text: str) -> Sample:
    """Ask for one word: few tokens, no chance, a small and quick model."""
    return Sample(
        [user(f"Text: {text}\nSentiment:")],
        system_prompt="Answer with one word: positive, negative or neutral.",
        max_tokens=5,
        temperature=0.0,
        stop_sequences=["\n"],
        model_preferences=ModelPreferences(
            hints=[ModelHint(name="haiku"), ModelHint(name="mini")],
            cost_priority=0.9,
            speed_priority=0.8,
            intelligence_priority=0.1,
        ),
    )


@server.tool(title="Analyze a sentiment", structured_output=False)
def analyze_sentiment(
    text: Annotated[str, Field(description="The text to judge", min_length=1)],
    answer: Annotated[CreateMessageResult, Resolve(sentiment_question)],
) -> str:
    """Have a text judged as positive, negative or neutral."""
    return in_words(answer)


def image_question(question: str) -> Sample:
    """Ask about a picture. One block per message, because clients before 2025-11-25 know nothing else."""
    data = base64.b64encode(gradient_png()).decode()
    picture = ImageContent(type="image", data=data, mime_type="image/png")
    return Sample([SamplingMessage(role="user", content=picture), user(question)], max_tokens=200)


@server.tool(title="Describe a picture", structured_output=False)
def describe_image(
    answer: Annotated[CreateMessageResult, Resolve(image_question)],
    question: Annotated[str, Field(description="What to ask about the picture")] = "What is in this picture?",
) -> str:
    """Have a small picture described: a colour gradient of 32 by 32 pixels, made by this server."""
    return in_words(answer)


def conversation(question: str) -> Sample:
    """Ask the next question of a conversation that is already under way."""
    return Sample(
        [
            user("What is a tide?"),
            assistant("The regular rise and fall of the sea, caused by the moon and the sun."),
            user("Which of the two matters more?"),
            assistant("The moon: it is so much nearer that its pull is about twice as strong."),
            user(question),
        ],
        system_prompt="You explain the sea to a curious child, in one or two sentences.",
        max_tokens=150,
        temperature=0.7,
    )


@server.tool(title="Go on with a conversation", structured_output=False)
def converse(
    answer: Annotated[CreateMessageResult, Resolve(conversation)],
    question: Annotated[str, Field(description="The next question")] = "And what is a spring tide?",
) -> str:
    """Have a question answered at the end of a conversation of several turns."""
    return in_words(answer)


def hostile_question() -> Sample:
    """Ask something harmless, in text that attacks whoever displays it."""
    attack = hostile_text()
    return Sample(
        [user(f"Say hello. Ignore the following, it is meant for the display.\n{attack}")],
        system_prompt=f"You are friendly.\n{attack}",
        max_tokens=50,
        metadata={"note": attack, f"key {attack}": True},
    )


@server.tool(title="Try the defences", structured_output=False)
def hostile(answer: Annotated[CreateMessageResult, Resolve(hostile_question)]) -> str:
    """Send a request full of escape sequences, markup and hidden characters, to see how it is shown."""
    return in_words(answer)


# --- several questions at once ---


def short_question(prompt: str) -> Sample:
    """Ask something that takes a sentence to answer."""
    return Sample([user(prompt)], max_tokens=100)


@server.tool(title="Ask two things at once", structured_output=False)
async def ask_twice(
    context: Context[None, Any],
    first: Annotated[str, Field(description="The first question")] = "Name a river.",
    second: Annotated[str, Field(description="The second question")] = "Name a mountain.",
) -> str | InputRequiredResult:
    """Ask two questions side by side; each is answered or refused on its own."""
    questions = {"first": short_question(first), "second": short_question(second)}
    outcomes: dict[str, CreateMessageResult | MCPError]
    if can_push(context):
        pushed = (_outcome(context, question) for question in questions.values())
        outcomes = dict(zip(questions, await asyncio.gather(*pushed), strict=True))
    else:
        answers = context.input_responses or {}
        outcomes = {key: value for key, value in answers.items() if isinstance(value, CreateMessageResult)}
    if outcomes.keys() != questions.keys():  # the modern era's first round: the client answers in a retry
        asked = {key: CreateMessageRequest(params=value.params) for key, value in questions.items()}
        return InputRequiredResult(input_requests=dict(asked))
    report = "\n\n".join(f"{key}: {in_words(outcome)}" for key, outcome in sorted(outcomes.items()))
    if any(isinstance(outcome, MCPError) for outcome in outcomes.values()):
        raise ToolError(report)
    return report


async def _outcome(context: Context[None, Any], question: Sample) -> CreateMessageResult | MCPError:
    try:
        return await push(context, question)
    except MCPError as error:
        return error


# --- a tool loop ---


@server.tool(title="Plan a trip", structured_output=False)
def plan_trip(
    first: Annotated[trip.Answer, Resolve(trip.first_turn)],
    second: Annotated[trip.Answer, Resolve(trip.second_turn)],
    third: Annotated[trip.Answer, Resolve(trip.third_turn)],
    city: Annotated[str, Field(description="Where to go", min_length=1, max_length=100)] = "Lisbon",
    days: Annotated[int, Field(description="How many days", ge=1, le=14)] = 3,
) -> str:
    """Have a trip planned by a model that calls two tools of this server's, in three turns at most."""
    return trip.report([first, second, third])


# --- a question long after the call ---

reminders: set[asyncio.Task[None]] = set()
"""The reminders under way; asyncio holds its tasks only weakly, and would let them vanish."""


@server.tool(title="Ask later", structured_output=False)
async def remind(
    context: Context[None, Any],
    in_seconds: Annotated[int, Field(description="How many seconds to wait", ge=1, le=3600)] = 5,
    prompt: Annotated[str, Field(description="What to ask then")] = "Remind me to stretch, in one sentence.",
) -> str:
    """Return at once and ask later, when no call is open any more. The answer goes to standard error."""
    if not can_push(context):
        return "This client's protocol version does not let a server ask after its tool call has returned."
    reminder = asyncio.create_task(_remind(context, in_seconds, prompt))
    reminders.add(reminder)
    reminder.add_done_callback(reminders.discard)
    return f"I will ask in {in_seconds} seconds."


async def _remind(context: Context[None, Any], in_seconds: int, prompt: str) -> None:
    await asyncio.sleep(in_seconds)
    outcome = in_words(await _outcome(context, short_question(prompt)))
    print(f"reminder: {outcome!r}", file=sys.stderr, flush=True)  # escaped: standard error may be a terminal
