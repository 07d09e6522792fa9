"""Addresses of custody."""

from django.urls import path

from amana.casework.custody.views import (
    discrepancies,
    handling,
    home,
    lists,
    offering,
    papers,
    stock,
    stores,
    transfers,
)

ITEM, TRANSFER = "custody/things/<str:number>/", "custody/hand-overs/<str:number>/"
DISCREPANCY, STORE = "custody/discrepancies/<str:number>/", "custody/places/<str:number>/"
STOCKTAKE = "custody/stock-takings/<str:number>/"

urlpatterns = [
    path("custody/", home.custody, name="custody"),
    path("custody/take/", handling.take, name="custody-take"),
    path("custody/offer/", offering.offer, name="custody-offer"),
    path("custody/paper/", papers.paper, name="custody-paper"),
    path("custody/things/", lists.items, name="items"),
    path("custody/things.csv", lists.items, {"as_csv": True}, name="items-csv"),
    path(ITEM, home.item, name="item"),
    path(f"{ITEM}seal/", handling.seal, name="item-seal"),
    path(f"{ITEM}open/", handling.open_seal, name="item-open"),
    path(f"{ITEM}move/", handling.move, name="item-move"),
    path(f"{ITEM}missing/", handling.missing, name="item-missing"),
    path(f"{ITEM}found/", handling.found, name="item-found"),
    path(f"{ITEM}nothing-left/", handling.emptied, name="item-emptied"),
    path(f"{ITEM}report/", handling.report, name="item-report"),
    path("custody/hand-overs/", lists.transfers, name="transfers"),
    path("custody/hand-overs.csv", lists.transfers, {"as_csv": True}, name="transfers-csv"),
    path(TRANSFER, transfers.transfer, name="transfer"),
    path(f"{TRANSFER}list-<str:language>.pdf", transfers.transfer_list, name="transfer-list"),
    path(f"{TRANSFER}take-back/", offering.withdraw, name="transfer-withdraw"),
    path(f"{TRANSFER}compare/", papers.confirm, name="transfer-confirm"),
    path(f"{TRANSFER}paper/", papers.picture, name="transfer-paper"),
    path(f"{TRANSFER}paper/add/", papers.add_picture, name="transfer-paper-add"),
    path("custody/discrepancies/", lists.discrepancies, name="discrepancies"),
    path("custody/discrepancies.csv", lists.discrepancies, {"as_csv": True}, name="discrepancies-csv"),
    path(DISCREPANCY, discrepancies.discrepancy, name="discrepancy"),
    path(f"{DISCREPANCY}answer/", discrepancies.answer, name="discrepancy-answer"),
    path(f"{DISCREPANCY}reopen/", discrepancies.reopen, name="discrepancy-reopen"),
    path(f"{DISCREPANCY}close/", discrepancies.close, name="discrepancy-close"),
    path("custody/places/", stores.stores, name="stores"),
    path("custody/places.csv", stores.stores, {"as_csv": True}, name="stores-csv"),
    path("custody/places/add/", stores.add_store, name="store-add"),
    path(STORE, stores.store, name="store"),
    path(f"{STORE}change/", stores.change_store, name="store-change"),
    path(f"{STORE}close/", stores.close_store, name="store-close"),
    path(f"{STORE}go-through/", stock.start, name="stocktake-start"),
    path(STOCKTAKE, stock.stocktake, name="stocktake"),
    path(f"{STOCKTAKE}scans/<uuid:key>/", stock.settle, name="scan-settle"),
    path(f"{STOCKTAKE}end/", stock.end, name="stocktake-end"),
    path("custody/carriers/", stores.carriers, name="carriers"),
    path("custody/carriers.csv", stores.carriers, {"as_csv": True}, name="carriers-csv"),
    path("custody/carriers/add/", stores.add_carrier, name="carrier-add"),
    path("custody/carriers/<str:number>/", stores.carrier, name="carrier"),
]
