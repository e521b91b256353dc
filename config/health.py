"""Probes for whoever keeps the portal running: `/healthz` (the process answers) and `/readyz` (it can work)."""

import asyncio

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from health_check.views import HealthCheckView


class Probe(HealthCheckView):
    """Short JSON, and 503 when a check fails: load balancers read it; the reason is in the log, not in the answer."""

    async def get(self, request, *args, **kwargs):
        with self.get_executor() as executor:
            results = await asyncio.gather(*(check.get_result(executor) for check in self.get_checks()))
        failed = sorted(type(result.check).__name__ for result in results if result.error)
        return JsonResponse(
            {"status": "failed" if failed else "ok", "failed": failed}, status=503 if failed else 200
        )


alive = login_not_required(Probe.as_view(checks=[]))
ready = login_not_required(
    Probe.as_view(checks=["health_check.checks.Database", "health_check.checks.Cache"])
)
