"""Pages of inventory."""

from django.urls import path

from inventory.views import catalog, channels, imports, replenishment, stock

app_name = "inventory"
urlpatterns = [
    path("", stock.stock, name="stock"),
    path("movements/", stock.movement_list, name="movement_list"),
    path("receive/", stock.receive, name="receive"),
    path("receive/take-back/", stock.take_back, name="take_back"),
    path("import/", imports.stock_import, name="import"),
    path("skus/", catalog.sku_list, name="sku_list"),
    path("skus/options/", catalog.sku_options, name="sku_options"),
    path("skus/new/", catalog.sku_new, name="sku_new"),
    path("skus/<slug:public_id>/", catalog.sku, name="sku"),
    path("skus/<slug:public_id>/change/", catalog.sku_change, name="sku_change"),
    path("skus/<slug:public_id>/adjust/", stock.adjust, name="adjust"),
    path("skus/<slug:public_id>/count/", stock.count, name="count"),
    path("skus/<slug:public_id>/safety/", stock.safety, name="safety"),
    path("skus/<slug:public_id>/move/", stock.move, name="move"),
    path("skus/<slug:public_id>/replenishment/", replenishment.change, name="replenishment_change"),
    path("replenishment/", replenishment.advice, name="replenishment"),
    path("products/", catalog.product_list, name="product_list"),
    path("products/new/", catalog.product_new, name="product_new"),
    path("products/<slug:public_id>/", catalog.product, name="product"),
    path("products/<slug:public_id>/change/", catalog.product_change, name="product_change"),
    path("products/<slug:public_id>/archive/", catalog.product_archive, name="product_archive"),
    path("warehouses/", catalog.warehouse_list, name="warehouse_list"),
    path("warehouses/<slug:public_id>/", catalog.warehouse, name="warehouse"),
    path("channels/", channels.channel_list, name="channel_list"),
    path("channels/<slug:public_id>/", channels.channel, name="channel"),
    path("listings/", channels.listing_list, name="listing_list"),
    path("listings/new/", channels.listing_new, name="listing_new"),
    path("listings/<slug:public_id>/", channels.listing, name="listing"),
    path("listings/<slug:public_id>/map/", channels.listing_map, name="listing_map"),
    path("listings/<slug:public_id>/retry/", channels.listing_retry, name="listing_retry"),
    path("listings/<slug:public_id>/active/", channels.listing_active, name="listing_active"),
    path("sync/", channels.sync, name="sync"),
    path("sync/<slug:public_id>/retry/", channels.sync_retry, name="sync_retry"),
    path("sync/<slug:public_id>/compare/", channels.sync_compare, name="sync_compare"),
]
