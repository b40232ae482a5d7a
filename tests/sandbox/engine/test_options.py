from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.engine.errors import Protected
from sandbox.engine.registration import Operation, Registration

if TYPE_CHECKING:
    from sandbox.engine.run import ProgramRun

    from .conftest import Tiny


def one(run: ProgramRun, name: str) -> Registration:
    """The registration with a name."""
    return next(each for each in run.registrations if each.name == name)


def test_urns_carry_the_whole_chain_of_types(tiny: Tiny) -> None:
    """A URN names every ancestor's type but the stack's, whose own URN is the root."""
    run = tiny.up(
        """
        outer = Box("outer")
        inner = Box("inner", Opts(parent=outer))
        Thing("thing", Opts(parent=inner))
        """
    )
    assert [each.urn for each in run.registrations] == [
        "urn:pulumi:dev::tiny::pulumi:pulumi:Stack::tiny-dev",
        "urn:pulumi:dev::tiny::tiny:index:Box$tiny:index:Box$aws:test/thing:Thing::thing",
        "urn:pulumi:dev::tiny::tiny:index:Box$tiny:index:Box::inner",
        "urn:pulumi:dev::tiny::tiny:index:Box::outer",
    ]


def test_a_registration_records_what_the_program_asked_for(tiny: Tiny) -> None:
    """Parent, dependencies of the resource and of each input, and every option are in the registration."""
    run = tiny.up(
        """
        first = Thing("first", name="first")
        box = Box("box")
        Thing(
            "second",
            Opts(
                parent=box, depends_on=[first], protect=True, retain_on_delete=True, ignore_changes=["colour"],
                replace_on_changes=["friends"], delete_before_replace=True, aliases=[pulumi.Alias(name="old")],
                custom_timeouts=pulumi.CustomTimeouts(create="5m"), additional_secret_outputs=["arn"],
            ),
            friends=[first.arn], colour="red",
        )
        """
    )
    first = "urn:pulumi:dev::tiny::aws:test/thing:Thing::first"
    second = one(run, "second")

    assert second.parent == "urn:pulumi:dev::tiny::tiny:index:Box::box"
    assert second.dependencies == (first,)
    assert second.property_dependencies == {"friends": (first,)}
    assert second.inputs == {"friends": ["arn:aws:test:eu-west-1:123456789012:first"], "colour": "red"}
    assert (second.protect, second.retain_on_delete, second.delete_before_replace) == (True, True, True)
    assert (second.ignore_changes, second.replace_on_changes) == (("colour",), ("friends",))
    assert second.aliases == ("urn:pulumi:dev::tiny::tiny:index:Box$aws:test/thing:Thing::old",)
    assert (second.timeouts, second.additional_secret_outputs) == ({"create": "5m"}, ("arn",))
    assert second.operation is Operation.CREATE


def test_protected_resources_are_not_deleted(tiny: Tiny) -> None:
    """A protected resource the program forgets is refused by its URN, and stays."""
    tiny.up('Thing("thing", Opts(protect=True), name="alice")')
    run = tiny.write("").run()

    assert isinstance(run.failure, Protected)
    assert run.failure.urn == "urn:pulumi:dev::tiny::aws:test/thing:Thing::thing"
    assert tiny.cloud.done("DeleteThing") == []


def test_protected_resources_are_not_replaced(tiny: Tiny) -> None:
    """A change that would replace a protected resource is refused, naming what changed."""
    tiny.up('Thing("thing", Opts(protect=True), name="alice", material="wood")')
    run = tiny.write('Thing("thing", Opts(protect=True), name="alice", material="iron")').run()

    assert run.error is not None
    assert "cannot replace it" in run.error
    assert "material" in run.error
    assert tiny.cloud.things["id-alice"]["material"] == "wood"


def test_a_preview_refuses_what_an_update_would(tiny: Tiny) -> None:
    """Protection is enforced in a preview already."""
    tiny.up('Thing("thing", Opts(protect=True), name="alice")')
    assert isinstance(tiny.write("").run(preview=True).failure, Protected)


def test_destroy_refuses_protected_resources_before_it_deletes_anything(tiny: Tiny) -> None:
    """A stack with one protected resource keeps all of them."""
    tiny.up('Thing("a", Opts(protect=True)); Thing("b")')
    run = tiny.destroy()

    assert isinstance(run.failure, Protected)
    assert len(tiny.cloud.things) == 2


def test_unprotecting_first_makes_deletion_possible(tiny: Tiny) -> None:
    """Protection is what the last run said it was."""
    tiny.up('Thing("thing", Opts(protect=True))')
    tiny.up('Thing("thing", Opts(protect=False))')
    assert tiny.up("").changes == {Operation.DELETE: 1}


def test_what_is_retained_on_delete_stays_in_the_cloud(tiny: Tiny) -> None:
    """Such a resource is forgotten by the stack, and nobody deletes it."""
    tiny.up('Thing("thing", Opts(retain_on_delete=True))')
    run = tiny.up("")

    assert run.changes == {Operation.FORGET: 1}
    assert len(tiny.cloud.things) == 1
    assert tiny.state.resources == {}


def test_children_inherit_retention_from_their_parent(tiny: Tiny) -> None:
    """The engine, not the SDK, hands `retain_on_delete` down."""
    run = tiny.up('Thing("thing", Opts(parent=Box("box", Opts(retain_on_delete=True))))')
    assert one(run, "thing").retain_on_delete


def test_ignored_changes_are_not_made(tiny: Tiny) -> None:
    """A change under an ignored path is no change; others beside it are made."""
    tiny.up('Thing("thing", name="alice", colour="red", tags={"a": "1", "b": "1"})')
    source = 'Thing("thing", Opts(ignore_changes=["colour", "tags.a"]), name="alice", colour="blue", tags={})'
    assert tiny.up(source).changes == {Operation.UPDATE: 1}
    assert tiny.cloud.things["id-alice"]["colour"] == "red"
    assert tiny.cloud.things["id-alice"]["tags"] == {"a": "1"}


def test_replace_on_changes_replaces(tiny: Tiny) -> None:
    """A change in place becomes a replacement when the program says so."""
    tiny.up('Thing("thing", name="alice", colour="red")')
    run = tiny.up('Thing("thing", Opts(replace_on_changes=["colour"]), name="alice", colour="blue")')
    assert run.changes == {Operation.REPLACE: 1}


def test_delete_before_replace_is_the_programs_choice(tiny: Tiny) -> None:
    """The option decides the order, whatever the names."""
    tiny.up('Thing("thing", name="alice")')
    tiny.up('Thing("thing", Opts(delete_before_replace=True), name="bob")')
    assert [call for call, _ in tiny.cloud.calls] == ["CreateThing", "DeleteThing", "CreateThing"]


@pytest.mark.parametrize(
    "after",
    [
        'Thing("new", Opts(aliases=[pulumi.Alias(name="old")]), name="alice")',
        'Thing("new", Opts(aliases=["urn:pulumi:dev::tiny::aws:test/thing:Thing::old"]), name="alice")',
        'Thing("old", Opts(parent=Box("b"), aliases=[pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)]), name="alice")',
    ],
    ids=["name", "urn", "parent"],
)
def test_an_alias_keeps_a_renamed_or_moved_resource(tiny: Tiny, after: str) -> None:
    """A resource with an alias is the one it was, and is not made again."""
    tiny.up('Thing("old", name="alice")')
    assert tiny.up(after).changes == {Operation.SAME: 1}
    assert tiny.up().changes == {Operation.SAME: 1}


def test_children_of_a_renamed_component_are_found_again(tiny: Tiny) -> None:
    """A component's alias holds for what lies below it, names made from its name included."""
    tiny.up('Thing("old-thing", Opts(parent=Box("old")), name="alice")')
    run = tiny.up(
        'Thing("new-thing", Opts(parent=Box("new", Opts(aliases=[pulumi.Alias(name="old")]))), name="alice")'
    )
    assert run.changes == {Operation.SAME: 1}


def test_a_resource_somebody_else_manages_is_read_and_left_alone(tiny: Tiny) -> None:
    """Reading gives a resource's outputs; it is neither changed nor deleted, ever."""
    tiny.cloud.things["id-alice"] = {"name": "alice", "colour": "red"}
    source = """
        found = Thing("found", Opts(id="id-alice"), colour=None)
        pulumi.export("arn", found.arn)
        pulumi.export("colour", found.colour)
    """
    assert tiny.up(source, preview=True).outputs["colour"] == "red"
    run = tiny.up(source)
    assert run.outputs == {"arn": "arn:aws:test:eu-west-1:123456789012:alice", "colour": "red"}
    assert one(run, "found").operation is Operation.READ

    tiny.up("")
    assert list(tiny.cloud.things) == ["id-alice"]


def test_reading_what_is_not_there_ends_the_run(tiny: Tiny) -> None:
    """A resource that does not exist cannot be read, and the error names it."""
    run = tiny.write('Thing("found", Opts(id="id-nobody"))').run()
    assert run.error is not None
    assert "id-nobody" in run.error


def test_import_takes_over_what_exists(tiny: Tiny) -> None:
    """An imported resource is managed from then on, and is not made again."""
    tiny.cloud.things["id-alice"] = {"name": "alice", "colour": "red", "noisy": False, "region": "eu-west-1"}
    source = 'Thing("thing", Opts(import_="id-alice"), name="alice", colour="red")'
    assert tiny.up(source).changes == {Operation.IMPORT: 1}
    assert tiny.up(source).changes == {Operation.SAME: 1}
    assert tiny.up("").changes == {Operation.DELETE: 1}


def test_import_with_other_inputs_is_refused(tiny: Tiny) -> None:
    """What is imported must be as the program says, so that importing changes nothing."""
    tiny.cloud.things["id-alice"] = {"name": "alice", "colour": "red", "noisy": False, "region": "eu-west-1"}
    run = tiny.write('Thing("thing", Opts(import_="id-alice"), name="alice", colour="blue")').run()
    assert run.error is not None
    assert "Different: colour." in run.error


def test_an_explicit_provider_manages_its_own_resources(tiny: Tiny) -> None:
    """Children of a component with a provider belong to it, in its Region and with its default tags."""
    tiny.up(
        """
        class Aws(pulumi.ProviderResource):
            def __init__(self, name, **props):
                super().__init__("aws", name, props)

        other = Aws("other", region="us-east-1", defaultTags='{"tags": {"team": "mesh"}}')
        Thing("there", Opts(parent=Box("box", Opts(providers=[other]))), name="there", tags={"a": "1"})
        Thing("here", name="here")
        """
    )
    assert tiny.cloud.things["id-there"]["region"] == "us-east-1"
    assert tiny.cloud.things["id-there"]["tagsAll"] == {"team": "mesh", "a": "1"}
    assert tiny.cloud.things["id-here"]["region"] == "eu-west-1"
    assert tiny.up().changes == {Operation.SAME: 3}
    tiny.up("")
    assert tiny.cloud.things == {}


def test_the_explicit_provider_is_in_the_registration(tiny: Tiny) -> None:
    """A resource names its provider by URN and id; one of the default provider names none."""
    run = tiny.up(
        """
        class Aws(pulumi.ProviderResource):
            def __init__(self, name, **props):
                super().__init__("aws", name, props)

        Thing("there", Opts(provider=Aws("other", region="us-east-1")))
        Thing("here")
        """
    )
    assert one(run, "there").provider.startswith("urn:pulumi:dev::tiny::pulumi:providers:aws::other::")
    assert one(run, "here").provider == ""


def test_a_changed_region_replaces(tiny: Tiny) -> None:
    """A resource does not move: another Region is another resource."""
    tiny.up('Thing("thing", name="alice")')
    assert tiny.up('Thing("thing", name="alice", region="us-east-1")').changes == {Operation.REPLACE: 1}
