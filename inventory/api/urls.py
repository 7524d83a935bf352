"""Routes of inventory under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from inventory.api import (
    bills,
    budgets,
    catalog,
    completeness,
    counts,
    ending,
    exchange,
    preorders,
    purchasing,
    replenishment,
    reservations,
    sku_parts,
    stock,
    transfers,
    vendors,
)

router = SimpleRouter(trailing_slash=False)
router.register("products", catalog.ProductViewSet, "product")
router.register("skus", catalog.SkuViewSet, "sku")
router.register("sku-merges", sku_parts.SkuMergeViewSet, "sku-merge")
router.register("warehouses", catalog.WarehouseViewSet, "warehouse")
router.register("channels", catalog.ChannelViewSet, "channel")
router.register("listings", catalog.ListingViewSet, "listing")
router.register("stock-levels", stock.StockLevelViewSet, "stock-level")
router.register("stock-movements", stock.StockMovementViewSet, "stock-movement")
router.register("stock-counts", counts.StockCountViewSet, "stock-count")
router.register("count-rules", counts.CountRuleViewSet, "count-rule")
router.register("reservations", reservations.ReservationViewSet, "reservation")
router.register("transfers", transfers.TransferViewSet, "transfer")
router.register("replenishment", replenishment.ReplenishmentViewSet, "replenishment")
router.register("vendors", vendors.VendorViewSet, "vendor")
router.register("supplier-products", vendors.SupplierProductViewSet, "supplier-product")
router.register("purchase-orders", purchasing.PurchaseViewSet, "purchase-order")
router.register("receipts", purchasing.ReceiptViewSet, "receipt")
router.register("completeness", completeness.CompletenessViewSet, "completeness")
router.register("bills", bills.BillViewSet, "bill")
router.register("disputes", bills.DisputeViewSet, "dispute")
router.register("parked-goods", purchasing.ParkedViewSet, "parked-goods")
router.register("stock-costs", purchasing.StockCostViewSet, "stock-cost")
router.register("cost-centers", budgets.CostCenterViewSet, "cost-center")
router.register("preorder-offers", preorders.PreorderOfferViewSet, "preorder-offer")
router.register("exchange-rates", purchasing.RateViewSet, "exchange-rate")

urlpatterns = [
    path(
        "skus/<slug:public_id>/replenishment",
        replenishment.RuleView.as_view(),
        name="sku-replenishment",
    ),
    path(
        "disputes/<slug:public_id>/evidence",
        bills.DisputeEvidenceView.as_view(),
        name="dispute-evidence",
    ),
    path("vendors/<slug:public_id>/exit", ending.VendorExitView.as_view(), name="vendor-exit"),
    path("vendors/<slug:public_id>/plans", ending.VendorPlansView.as_view(), name="vendor-plans"),
    path(
        "vendors/<slug:public_id>/plans/end",
        ending.VendorPlanEndView.as_view(),
        name="vendor-plan-end",
    ),
    path("skus/scan", sku_parts.SkuScanView.as_view(), name="sku-scan"),
    path("skus/<slug:public_id>/barcodes", sku_parts.BarcodesView.as_view(), name="sku-barcodes"),
    path(
        "skus/<slug:public_id>/barcodes/<slug:part>",
        sku_parts.BarcodeView.as_view(),
        name="sku-barcode",
    ),
    path("skus/<slug:public_id>/packs", sku_parts.PacksView.as_view(), name="sku-packs"),
    path("skus/<slug:public_id>/packs/<slug:part>", sku_parts.PackView.as_view(), name="sku-pack"),
    path("skus/<slug:public_id>/pictures", sku_parts.PicturesView.as_view(), name="sku-pictures"),
    path(
        "skus/<slug:public_id>/pictures/<slug:part>",
        sku_parts.PictureView.as_view(),
        name="sku-picture",
    ),
    path("skus/<slug:public_id>/archive", sku_parts.SkuArchiveView.as_view(), name="sku-archive"),
    path("skus/<slug:public_id>/merge", sku_parts.SkuMergeView.as_view(), name="sku-merge"),
    path("replenishment/advice", replenishment.AdviceView.as_view(), name="advice"),
    path("stock/receive", stock.ReceiveView.as_view(), name="stock-receive"),
    path("stock/take-back", stock.TakeBackView.as_view(), name="stock-take-back"),
    path("stock/adjust", stock.AdjustView.as_view(), name="stock-adjust"),
    path("stock/set", stock.SetView.as_view(), name="stock-set"),
    path("stock/move", stock.MoveView.as_view(), name="stock-move"),
    path("stock/safety", stock.SafetyView.as_view(), name="stock-safety"),
    path("budgets", budgets.BudgetView.as_view(), name="budgets"),
    path("imports", stock.ImportView.as_view(), name="stock-import"),
    path("exchange", exchange.ExchangeView.as_view(), name="exchange"),
    path("exchange/apply", exchange.ExchangeApplyView.as_view(), name="exchange-apply"),
    path("price-imports", vendors.PriceImportView.as_view(), name="price-import"),
    *router.urls,
]
