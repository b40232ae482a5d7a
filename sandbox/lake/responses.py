"""CloudTrail Lake's operations for moto's CloudTrail response class.

moto's own class knows nothing of Lake. `LakeResponses` goes in front of it:

    class CloudTrailResponses(LakeResponses, CloudTrailResponse):
        lake = LakeService(settings)

and moto's dispatcher finds one method per operation, named after it. See the CloudTrail API reference
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Operations.html).
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.responses import ActionResult

from sandbox.api.errors import AwsError
from sandbox.lake import rendering
from sandbox.lake.delegation import administered_by, is_about_the_organization, organization_stores
from sandbox.lake.documents import (
    query_document,
    query_summary,
    results_document,
    store_document,
    store_summary,
)
from sandbox.lake.errors import (
    InvalidDateRangeException,
    InvalidParameterException,
    InvalidQueryStatusException,
    InvalidTagParameterException,
    LakeError,
    TagsLimitExceededException,
    UnsupportedOperationException,
    no_longer_accepting_new_customers,
)
from sandbox.lake.limits import DEFAULT_LIST_SIZE, TAGS_PER_STORE
from sandbox.lake.pages import page
from sandbox.lake.parameters import Parameters
from sandbox.lake.queries import Query, QueryStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from sandbox.lake.backend import LakeBackend
    from sandbox.lake.service import LakeService
    from sandbox.lake.store import EventDataStore


class LakeResponses(CloudTrailResponse):
    """The operations on event data stores, queries, and the tags of event data stores.

    Attributes:
        lake: The service behind them; a subclass sets it.
    """

    lake: ClassVar[LakeService]

    def create_event_data_store(self) -> ActionResult:
        """CreateEventDataStore."""
        with self._call() as (backend, parameters):
            if self.lake.new_customer:
                raise no_longer_accepting_new_customers()
            tags = _tags(parameters)
            store = backend.create(parameters)
            document = store_document(store, self.lake.now)
            if tags:
                self.cloudtrail_backend.tagging_service.tag_resource(store.arn, tags)
                document["TagsList"] = tags
            # The response shows the first status, however short it is.
            return ActionResult({**document, "Status": "CREATED"})

    def get_event_data_store(self) -> ActionResult:
        """GetEventDataStore."""
        return self._on_store(lambda backend, name: self._document(backend.get(name)))

    def update_event_data_store(self) -> ActionResult:
        """UpdateEventDataStore."""
        with self._call() as (backend, parameters):
            store = backend.update(parameters.required_text("EventDataStore"), parameters)
            return ActionResult(self._document(store))

    def list_event_data_stores(self) -> ActionResult:
        """ListEventDataStores."""
        with self._call() as (backend, parameters):
            shared = self._shared()
            stores, token = page(
                [*backend.stores(), *(organization_stores(shared) if shared is not None else ())],
                question="ListEventDataStores",
                token=parameters.text("NextToken"),
                size=parameters.number("MaxResults"),
                default_size=DEFAULT_LIST_SIZE,
            )
            return _listed("EventDataStores", [store_summary(store) for store in stores], token)

    def delete_event_data_store(self) -> ActionResult:
        """DeleteEventDataStore."""
        return self._on_store(lambda backend, name: backend.delete(name))

    def restore_event_data_store(self) -> ActionResult:
        """RestoreEventDataStore."""
        return self._on_store(lambda backend, name: self._document(backend.restore(name)))

    def start_event_data_store_ingestion(self) -> ActionResult:
        """StartEventDataStoreIngestion."""
        return self._on_store(lambda backend, name: backend.start_ingestion(name))

    def stop_event_data_store_ingestion(self) -> ActionResult:
        """StopEventDataStoreIngestion."""
        return self._on_store(lambda backend, name: backend.stop_ingestion(name))

    def start_query(self) -> ActionResult:
        """StartQuery. Dashboard queries (QueryAlias) and delivery of results to S3 are not offered."""
        with self._call() as (backend, parameters):
            self._check_owner(parameters)
            statement = parameters.text("QueryStatement")
            if statement is None:
                raise InvalidParameterException(
                    "QueryStatement has to be given; the sandbox has no dashboards, so no query aliases"
                )
            if parameters.text("DeliveryS3Uri") is not None:
                raise UnsupportedOperationException("The sandbox does not deliver query results to S3")
            query = backend.start_query(statement)
            return ActionResult({"QueryId": query.query_id, **self._owner(parameters)})

    def describe_query(self) -> ActionResult:
        """DescribeQuery."""
        return self._on_query(lambda query, _: query_document(query))

    def get_query_results(self) -> ActionResult:
        """GetQueryResults."""
        return self._on_query(_results)

    def cancel_query(self) -> ActionResult:
        """CancelQuery."""
        return self._on_query(lambda query, _: _cancelled(query))

    def list_queries(self) -> ActionResult:
        """ListQueries."""
        with self._call() as (backend, parameters):
            name = parameters.required_text("EventDataStore")
            start, end = parameters.time("StartTime"), parameters.time("EndTime")
            if start is not None and end is not None and end < start:
                raise InvalidDateRangeException("EndTime is before StartTime")
            status = _status(parameters.text("QueryStatus"))
            chosen = [
                query
                for query in backend.queries(name)
                if (start is None or query.created_at >= start)
                and (end is None or query.created_at <= end)
                and status in {None, query.status}
            ]
            queries, token = page(
                chosen,
                question=f"ListQueries {name} {start} {end} {status}",
                token=parameters.text("NextToken"),
                size=parameters.number("MaxResults"),
                default_size=DEFAULT_LIST_SIZE,
            )
            return _listed("Queries", [query_summary(query) for query in queries], token)

    def add_tags(self) -> str:
        """AddTags; the ARN of an event data store has to name one."""
        with self._call() as (backend, parameters):
            resource = parameters.required_text("ResourceId")
            if _is_store(resource):
                store = backend.active(resource)
                self._check_tag_count(store, _tags(parameters))
        return super().add_tags()

    def remove_tags(self) -> str:
        """RemoveTags; the ARN of an event data store has to name one."""
        with self._call() as (backend, parameters):
            resource = parameters.required_text("ResourceId")
            if _is_store(resource):
                backend.active(resource)
        return super().remove_tags()

    def list_tags(self) -> str:
        """ListTags; the ARN of an event data store has to name one."""
        with self._call() as (backend, _):
            for resource in self._body().get("ResourceIdList") or ():
                if isinstance(resource, str) and _is_store(resource):
                    backend.active(resource)
        return super().list_tags()

    @contextmanager
    def _call(self) -> Generator[tuple[LakeBackend, Parameters]]:
        """One request: where it goes and what it asks; a refusal becomes AWS's error."""
        parameters = Parameters(self._body())
        backend, shared = self.lake.backend(self.current_account, self.region), self._shared()
        try:
            if not self._get_action().endswith("Tags"):
                backend.require_lake()
            if shared is not None and is_about_the_organization(parameters, shared):
                backend = shared
            yield backend, parameters
        except LakeError as error:
            raise AwsError(error.code, error.message) from error

    def _shared(self) -> LakeBackend | None:
        """Where the organization's event data stores are, for its delegated administrators."""
        management = administered_by(self.current_account, partition=self.partition)
        return None if management is None else self.lake.backend(management, self.region)

    def _body(self) -> Mapping[str, Any]:
        # moto has read the body before: what is no JSON object does not come this far.
        return json.loads(self.body or "{}")

    def _on_store(self, act: Callable[[LakeBackend, str], dict[str, Any] | None]) -> ActionResult:
        with self._call() as (backend, parameters):
            return ActionResult(act(backend, parameters.required_text("EventDataStore")) or {})

    def _on_query(self, act: Callable[[Query, Parameters], dict[str, Any]]) -> ActionResult:
        with self._call() as (backend, parameters):
            self._check_owner(parameters)
            query = backend.query(parameters.required_text("QueryId"), parameters.text("EventDataStore"))
            return ActionResult(act(query, parameters))

    def _document(self, store: EventDataStore) -> dict[str, Any]:
        return store_document(store, self.lake.now)

    def _owner(self, parameters: Parameters) -> dict[str, str]:
        owner = parameters.text("EventDataStoreOwnerAccountId")
        return {} if owner is None else {"EventDataStoreOwnerAccountId": owner}

    def _check_owner(self, parameters: Parameters) -> None:
        owner = parameters.text("EventDataStoreOwnerAccountId")
        if owner not in {None, self.current_account}:
            raise UnsupportedOperationException(
                "The sandbox does not share event data stores between accounts"
            )

    def _check_tag_count(self, store: EventDataStore, tags: Sequence[Mapping[str, str]]) -> None:
        tagging = self.cloudtrail_backend.tagging_service
        keys = {*tagging.get_tag_dict_for_resource(store.arn), *(tag["Key"] for tag in tags)}
        if len(keys) > TAGS_PER_STORE:
            raise TagsLimitExceededException(f"{store.arn} may have {TAGS_PER_STORE} tags")


def _results(query: Query, parameters: Parameters) -> dict[str, Any]:
    outcome = query.outcome
    positions, token = page(
        range(outcome.rows.num_rows if outcome is not None else 0),
        question=f"GetQueryResults {query.query_id}",
        token=parameters.text("NextToken"),
        size=parameters.number("MaxQueryResults"),
    )
    rows: list[list[dict[str, str | None]]] = []
    if outcome is not None and positions:
        found = outcome.rows.slice(positions[0], len(positions))
        rows = list(rendering.rows(found, outcome.names))
    return results_document(query, rows, token)


def _cancelled(query: Query) -> dict[str, Any]:
    query.cancel()
    return {"QueryId": query.query_id, "QueryStatus": query.status.value}


def _listed(name: str, items: Sequence[dict[str, Any]], token: str | None) -> ActionResult:
    return ActionResult({name: items} if token is None else {name: items, "NextToken": token})


def _status(text: str | None) -> QueryStatus | None:
    try:
        return None if text is None else QueryStatus(text)
    except ValueError:
        raise InvalidQueryStatusException(f"{text} is not a status of a query") from None


def _tags(parameters: Parameters) -> list[dict[str, str]]:
    tags: list[dict[str, str]] = []
    for tag in parameters.objects("TagsList") or ():
        key, value = tag.get("Key"), tag.get("Value", "")
        if not isinstance(key, str) or not key or not isinstance(value, str):
            raise InvalidTagParameterException("A tag needs a Key")
        tags.append({"Key": key, "Value": value})
    if len({tag["Key"] for tag in tags}) != len(tags):
        raise InvalidTagParameterException("A tag's key may be given once only")
    if len(tags) > TAGS_PER_STORE:
        raise TagsLimitExceededException(f"An event data store may have {TAGS_PER_STORE} tags")
    return tags


def _is_store(resource: str) -> bool:
    return ":eventdatastore/" in resource
