"""Names and ids that a provider would refuse: other ones in their place, always the same, never one for two."""

from itertools import pairwise

from tuui_sampling.providers.wire_names import PLAIN, Ids, Names

LONG = "n" * 65


def test_plain_names_stay() -> None:
    names = Names(["weather", "read-file_2", "n" * 64])
    assert [names.sent(name) for name in ("weather", "read-file_2", "n" * 64)] == ["weather", "read-file_2", "n" * 64]


def test_odd_names_go_there_and_back() -> None:
    odd = ["files/read", "files.read", "files read", LONG, LONG + "n", "Größe", "\ud800", "", "."]
    names = Names(odd)
    sent = [names.sent(name) for name in odd]
    assert all(PLAIN.fullmatch(alias) for alias in sent)
    assert len(set(sent)) == len(odd)
    assert [names.meant(alias) for alias in sent] == odd


def test_an_alias_does_not_depend_on_the_others() -> None:
    assert Names(["a", "x/y"]).sent("x/y") == Names(["x/y"]).sent("x/y")


def test_a_tool_that_is_called_like_the_alias_of_another() -> None:
    alias = Names(["x/y"]).sent("x/y")
    names = Names(["x/y", alias])
    assert names.sent(alias) == alias
    assert names.sent("x/y") != alias
    assert names.meant(alias) == alias
    assert names.meant(names.sent("x/y")) == "x/y"


def test_names_that_nobody_gave_stay() -> None:
    assert Names(["a"]).meant("invented") == "invented"
    assert Names(["files/read"], plain=False).sent("files/read") == "files/read"


def test_ids_of_calls_are_unique_and_their_results_follow() -> None:
    ids = Ids()
    turns = [(ids.of_call("call/0"), ids.of_result("call/0")) for _ in range(3)]
    assert all(call == result and PLAIN.fullmatch(call) for call, result in turns)
    assert all(one != other for one, other in pairwise(turns))
    assert Ids().of_call("call/0") == turns[0][0]


def test_plain_ids_stay_the_first_time() -> None:
    ids = Ids()
    assert (ids.of_call("call_0"), ids.of_result("call_0")) == ("call_0", "call_0")
    assert ids.of_call("call_0") != "call_0"
