"""`/metrics` for Prometheus: there only where METRICS_TOKEN is set, and only for whoever sends it; everybody else gets 404.

Counts and times of requests come from django-prometheus, by view and not by address, so that no number of anybody is in a label.
What waits is asked of the tables each time: it is the register's, not one process's.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from typing import Any

import prometheus_client
from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Min, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from config.files.models import Export
from config.kernel import clock
from config.kernel.outbox import OutboxMessage
from config.kernel.tally import TallyEntry

OF_ALL_PROCESSES = "PROMETHEUS_MULTIPROC_DIR"


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if not settings.METRICS_TOKEN or not hmac.compare_digest(sent, settings.METRICS_TOKEN.encode()):
        raise Http404
    own = CollectorRegistry()
    own.register(Register())
    text = prometheus_client.generate_latest(_requests()) + prometheus_client.generate_latest(own)
    return HttpResponse(text, content_type=prometheus_client.CONTENT_TYPE_LATEST)


def _requests() -> CollectorRegistry:
    """What the processes have counted, all of them together where they leave it in one folder."""
    if OF_ALL_PROCESSES not in os.environ:
        return prometheus_client.REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry


class Register(Collector):
    """What waits for the worker, since when, and how many rows of each counted table are in which status."""

    def collect(self) -> Iterator[Any]:
        waiting = OutboxMessage.objects.due(clock.now())
        oldest = waiting.aggregate(oldest=Min("created_at"))["oldest"]
        age = (clock.now() - oldest).total_seconds() if oldest else 0.0
        yield GaugeMetricFamily(
            "portal_messages_due", "Messages that should have left", value=waiting.count()
        )
        yield GaugeMetricFamily("portal_messages_oldest_seconds", "Age of the oldest of them", value=age)
        dead = OutboxMessage.objects.dead().count()
        yield GaugeMetricFamily("portal_messages_dead", "Messages that were given up", value=dead)
        exports = Export.objects.filter(status__in=[Export.Status.PENDING, Export.Status.RUNNING]).count()
        yield GaugeMetricFamily("portal_exports_waiting", "Exports waiting or being made", value=exports)
        rows = GaugeMetricFamily("portal_rows", "Rows by table and status", labels=["table", "status"])
        # Tallies of states, whose name is the table's; those of days would bring a label a day.
        tables = [model._meta.db_table for model in apps.get_models()]
        entries = TallyEntry.objects.filter(table__in=tables).order_by()
        counted = entries.values_list("table", "status").annotate(number=Sum("change"))
        for table, status, number in counted:
            rows.add_metric([table, status], number)
        yield rows

    def describe(self) -> list[Any]:
        """Nothing ahead of the question: the tables may not be there yet."""
        return []
