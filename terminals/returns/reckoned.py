"""How the amount of a charge came about, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from config.kernel.templatetags.formats import fen
from terminals.models.kit import Piece
from terminals.returns.models import Charge, Tariff


def words_of(charge: Charge) -> str:
    """The sum as it was reckoned, or the reason it was entered with."""
    said, tariff = charge.reckoning, charge.tariff
    if tariff is None or not said:
        return charge.reason
    match tariff.basis:
        case Tariff.Basis.PER_DAY:
            return _("%(days)d days at %(rate)s a day, at most %(most)s") % {
                "days": said["days"],
                "rate": fen(said["day_fen"]),
                "most": fen(said["most_fen"]),
            }
        case Tariff.Basis.BY_PRICE:
            return _("%(count)d × %(piece)s at %(price)s, %(percent)d%%") % {
                "count": said["count"],
                "piece": dict(Piece.choices)[said["piece"]],
                "price": fen(said["price_fen"]),
                "percent": said["percent"],
            }
    return _("%(price)s when new, %(months)d of %(life)d months used, at least %(least)s") % {
        "price": fen(said["price_fen"]),
        "months": said["months"],
        "life": said["life_months"],
        "least": fen(said["least_fen"]),
    }
