"""Tables of custody."""

from amana.casework.custody.models.discrepancies import Discrepancy
from amana.casework.custody.models.events import Event
from amana.casework.custody.models.items import Item
from amana.casework.custody.models.kinds import NOT_REMAINS, sees_remains
from amana.casework.custody.models.places import Carrier, Store
from amana.casework.custody.models.stocktaking import Scan, StockTake
from amana.casework.custody.models.transfers import Line, Transfer

__all__ = [
    "NOT_REMAINS",
    "Carrier",
    "Discrepancy",
    "Event",
    "Item",
    "Line",
    "Scan",
    "StockTake",
    "Store",
    "Transfer",
    "sees_remains",
]
