"""Event data stores of CloudTrail Lake, and who may administer them for an organization.

The provider knows less than CloudTrail does: 7 to 2555 days of retention, a name and a key that cannot be
changed in place, and it never reads back whether ingestion runs (`suspend`).
Sources: CloudTrail API reference, CreateEventDataStore, UpdateEventDataStore, RegisterOrganizationDelegatedAdmin
(docs.aws.amazon.com/awscloudtrail/latest/APIReference).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar, Final

from botocore.exceptions import ClientError

from cloudtrail.errors import MeshtrailError
from cloudtrail.event_data_store import NAME, TYPED_RESOURCE_MAX_DAYS
from sandbox.provider.aws_errors import code_of, gone_is_fine
from sandbox.provider.cloudtrail_selectors import ADVANCED, from_api, to_api
from sandbox.provider.properties import Flag, Properties, Property, Text, Whole
from sandbox.provider.resource_type import (
    REGION,
    TAGS,
    PartlyCreated,
    ResourceType,
    State,
    Values,
    differs,
)
from sandbox.provider.tags import as_list, as_map, changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.provider.session import Aws

_GONE: Final = ("EventDataStoreNotFoundException", "InactiveEventDataStoreException")
_READY: Final = ("ENABLED", "STOPPED_INGESTION")
_READY_AFTER_UPDATE: Final = ("ENABLED",)
"""After an update the provider takes no other status for success: a suspended store's update fails, though it
was made."""
_ON_THE_WAY: Final = ("CREATED", "STARTING_INGESTION", "STOPPING_INGESTION")
_POLL_SECONDS: Final = 0.1
_WAIT_SECONDS: Final = 300.0
_REQUEST: Final = {
    "billingMode": "BillingMode",
    "multiRegionEnabled": "MultiRegionEnabled",
    "organizationEnabled": "OrganizationEnabled",
    "retentionPeriod": "RetentionPeriod",
    "terminationProtectionEnabled": "TerminationProtectionEnabled",
}
_SERVICE: Final = "cloudtrail.amazonaws.com"


class StoreNotReady(MeshtrailError):
    """An event data store did not become ready in time."""


class EventDataStore(ResourceType):
    """An event data store."""

    type_name: ClassVar[str] = "aws:cloudtrail/eventDataStore:EventDataStore"
    name_property: ClassVar[str | None] = "name"
    properties: ClassVar[Properties] = {
        "advancedEventSelectors": Property(kind=ADVANCED, computed=True),
        "billingMode": Property(
            kind=Text(choices=("EXTENDABLE_RETENTION_PRICING", "FIXED_RETENTION_PRICING")),
            default="EXTENDABLE_RETENTION_PRICING",
        ),
        "kmsKeyId": Property(kind=Text(arn=True), replaces=True),
        "multiRegionEnabled": Property(kind=Flag(), default=True),
        "name": Property(kind=Text(shortest=3, longest=128, pattern=NAME.pattern), replaces=True),
        "organizationEnabled": Property(kind=Flag(), default=False),
        "region": REGION,
        "retentionPeriod": Property(
            kind=Whole(least=7, most=TYPED_RESOURCE_MAX_DAYS), default=TYPED_RESOURCE_MAX_DAYS
        ),
        "suspend": Property(kind=Text(choices=("true", "false"))),
        "tags": TAGS,
        "tagsAll": TAGS,
        "terminationProtectionEnabled": Property(kind=Flag(), default=True),
    }
    computed: ClassVar[frozenset[str]] = frozenset({"arn"})

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateEventDataStore, and wait until it is ready."""
        trails = _cloudtrail(aws, inputs)
        request: Values = {"Name": inputs["name"]} | {api: inputs[name] for name, api in _REQUEST.items()}
        if inputs.get("advancedEventSelectors"):
            request["AdvancedEventSelectors"] = to_api(inputs["advancedEventSelectors"])
        if inputs.get("kmsKeyId"):
            request["KmsKeyId"] = inputs["kmsKeyId"]
        if inputs["tagsAll"]:
            request["TagsList"] = as_list(inputs["tagsAll"])
        if inputs.get("suspend"):
            request["StartIngestion"] = inputs["suspend"] != "true"
        arn = trails.create_event_data_store(**request)["EventDataStoreArn"]
        try:
            return State(arn, inputs | _seen(wait_until_ready(trails, arn)))
        except (ClientError, StoreNotReady) as error:
            raise PartlyCreated(State(arn, inputs | {"arn": arn}), error) from error

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """GetEventDataStore and its tags; a store waiting for its deletion is gone."""
        trails = _cloudtrail(aws, inputs)
        found = find_store(trails, resource_id)
        if found is None:
            return None
        tags = as_map(trails.list_tags(ResourceIdList=[resource_id])["ResourceTagList"][0]["TagsList"])
        return State(resource_id, inputs | _seen(found) | aws.seen_tags(tags))

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """UpdateEventDataStore with what changed, then ingestion, then the tags.

        Raises:
            StoreNotReady: when more than ingestion and tags changes while ingestion is stopped.
        """
        trails = _cloudtrail(aws, news)
        request: Values = {api: news[name] for name, api in _REQUEST.items() if differs(olds, news, name)}
        if news.get("advancedEventSelectors") and differs(olds, news, "advancedEventSelectors"):
            request["AdvancedEventSelectors"] = to_api(news["advancedEventSelectors"])
        if request:
            trails.update_event_data_store(EventDataStore=resource_id, **request)
            wait_until_ready(trails, resource_id, ready=_READY_AFTER_UPDATE)
        if olds.get("suspend", "false") != news.get("suspend", "false"):
            stop = news.get("suspend") == "true"
            (trails.stop_event_data_store_ingestion if stop else trails.start_event_data_store_ingestion)(
                EventDataStore=resource_id
            )
        added, removed = changes(olds.get("tagsAll", {}), news["tagsAll"])
        if removed:
            trails.remove_tags(ResourceId=resource_id, TagsList=[{"Key": key} for key in removed])
        if added:
            trails.add_tags(ResourceId=resource_id, TagsList=as_list(added))
        return news | _seen(wait_until_ready(trails, resource_id))

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteEventDataStore: CloudTrail keeps it for seven more days; termination protection refuses."""
        with gone_is_fine(*_GONE):
            _cloudtrail(aws, outputs).delete_event_data_store(EventDataStore=resource_id)


class OrganizationDelegatedAdminAccount(ResourceType):
    """The member account that administers an organization's trails and stores."""

    type_name: ClassVar[str] = (
        "aws:cloudtrail/organizationDelegatedAdminAccount:OrganizationDelegatedAdminAccount"
    )
    regional: ClassVar[bool] = False
    properties: ClassVar[Properties] = {
        "accountId": Property(kind=Text(pattern=r"\d{12}"), required=True, replaces=True)
    }
    computed: ClassVar[frozenset[str]] = frozenset({"arn", "email", "name", "servicePrincipal"})

    def create(self, aws: Aws, inputs: Values) -> State:
        """RegisterOrganizationDelegatedAdmin."""
        account = inputs["accountId"]
        aws.client("cloudtrail").register_organization_delegated_admin(MemberAccountId=account)
        return self.look(aws, account, inputs) or State(account, inputs | {"servicePrincipal": _SERVICE})

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """ListDelegatedAdministrators of AWS Organizations."""
        pages = aws.client("organizations").get_paginator("list_delegated_administrators")
        for page in pages.paginate(ServicePrincipal=_SERVICE):
            for admin in page["DelegatedAdministrators"]:
                if admin["Id"] == resource_id:
                    found = {"arn": admin["Arn"], "email": admin["Email"], "name": admin["Name"]}
                    known = {"accountId": resource_id, "servicePrincipal": _SERVICE}
                    return State(resource_id, inputs | known | found)
        return None

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """Nothing of it changes in place."""
        del olds
        state = self.look(aws, resource_id, news)
        return state.outputs if state else news

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeregisterOrganizationDelegatedAdmin."""
        del outputs
        with gone_is_fine("AccountNotRegisteredException", "AccountNotFoundException"):
            aws.client("cloudtrail").deregister_organization_delegated_admin(
                DelegatedAdminAccountId=resource_id
            )


def find_store(trails: Any, arn: str) -> Values | None:
    """An event data store as GetEventDataStore shows it; None when it is gone or waits for its deletion."""
    try:
        found = trails.get_event_data_store(EventDataStore=arn)
    except ClientError as error:
        if code_of(error) in _GONE:
            return None
        raise
    return None if found["Status"] == "PENDING_DELETION" else found


def wait_until_ready(trails: Any, arn: str, *, ready: Sequence[str] = _READY) -> Values:
    """Wait until a store is in one of the statuses `ready`: enabled, or its ingestion stopped.

    Raises:
        StoreNotReady: when it is not after five minutes, the provider's own patience, or in a status that
            none of them follows by itself.
    """
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        found: Values = trails.get_event_data_store(EventDataStore=arn)
        if found["Status"] in ready:
            return found
        if found["Status"] not in _ON_THE_WAY:
            raise StoreNotReady(
                f"The event data store is {found['Status']}, and the provider waits for {' or '.join(ready)}",
                where=arn,
                remedy="Start its ingestion first, and change the rest in a run of its own.",
            )
        if time.monotonic() > deadline:
            raise StoreNotReady(
                f"The event data store is {found['Status']} after {_WAIT_SECONDS:.0f} seconds", where=arn
            )
        time.sleep(_POLL_SECONDS)


def _cloudtrail(aws: Aws, inputs: Values) -> Any:
    return aws.client("cloudtrail", inputs["region"])


def _seen(store: Values) -> Values:
    return {
        "arn": store["EventDataStoreArn"],
        "name": store["Name"],
        "kmsKeyId": store.get("KmsKeyId"),
        "advancedEventSelectors": from_api(store.get("AdvancedEventSelectors") or []),
    } | {name: store[api] for name, api in _REQUEST.items() if api in store}
