"""An agent from the request to its answer: what its model gets, what is asked of the person, and how it ends."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.desks import Office, kinds, office
from tests.support.models.scripted import ScriptedProvider, answer
from tuui_sampling.config.settings import ModelSettings
from tuui_sampling.desk.agent import MAX_DEPTH, REFUSED
from tuui_sampling.desk.tools import Called, Offered
from tuui_sampling.sampling.decision import Approve
from tuui_sampling.sampling.inquiry import ToolCall
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.request import TextBlock, ToolResultBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response, Usage
from tuui_sampling.sampling.review import AgentStep, Review
from tuui_sampling.servers.state.server import Tool
