"""The function that writes one new order: one round trip, whatever the number of its rows."""

from django.db import migrations

PLACE = """
CREATE OR REPLACE FUNCTION orders_place(doc jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
-- Write an order that Python has checked and priced. Returns its id, number and warehouse (null:
-- no warehouse covers it, and nothing is promised); `known` when the channel has sent it before.
DECLARE
    channel bigint := (doc->>'channel_id')::bigint;
    mail text := nullif(doc->'customer'->>'email_key', '');
    ref text := nullif(doc->'customer'->>'external_ref', '');
    at timestamptz := (doc->>'placed_at')::timestamptz;
    known record;
    customer bigint;
    ship_to bigint;
    bill_to bigint;
    new_id bigint;
    new_public text := doc->>'public_id';
    new_number text;
    promised bigint;
    line_ids bigint[];
    sku_ids bigint[];
    line_units int[];
BEGIN
    -- The same order sent twice at once: the second waits here, and then finds the first.
    PERFORM pg_advisory_xact_lock(hashtextextended(channel || ' ' || (doc->>'channel_ref'), 7));
    SELECT id, number, fingerprint INTO known
      FROM orders_order WHERE channel_id = channel AND channel_ref = doc->>'channel_ref';
    IF FOUND THEN
        RETURN jsonb_build_object('known', true, 'id', known.id, 'number', known.number,
                                  'fingerprint', known.fingerprint);
    END IF;

    SELECT id INTO customer FROM orders_customer
     WHERE CASE WHEN mail IS NOT NULL THEN email_key = mail ELSE external_ref = ref END;
    IF customer IS NULL THEN
        INSERT INTO orders_customer (public_id, name, email, email_key, external_ref, phone,
                                     company, note, created_at, updated_at)
        SELECT doc->'customer'->>'public_id', who.name, who.email, mail,
               CASE WHEN mail IS NULL THEN ref END, who.phone, who.company, '', at,
               statement_timestamp()
          FROM jsonb_to_record(doc->'customer')
            AS who (name text, email text, phone text, company text)
            ON CONFLICT DO NOTHING RETURNING id INTO customer;
        IF customer IS NULL THEN
            SELECT id INTO STRICT customer FROM orders_customer
             WHERE CASE WHEN mail IS NOT NULL THEN email_key = mail ELSE external_ref = ref END;
        END IF;
    END IF;

    INSERT INTO orders_address (customer_id, name, company, line1, line2, city, region, postal_code,
                                country, phone, problem)
    SELECT customer, a.name, a.company, a.line1, a.line2, a.city, a.region, a.postal_code,
           a.country, a.phone, a.problem
      FROM jsonb_to_record(doc->'ship_to')
        AS a (name text, company text, line1 text, line2 text, city text, region text,
              postal_code text, country text, phone text, problem text)
    RETURNING id INTO ship_to;
    IF doc->'bill_to' <> 'null' THEN
        INSERT INTO orders_address (customer_id, name, company, line1, line2, city, region,
                                    postal_code, country, phone, problem)
        SELECT customer, a.name, a.company, a.line1, a.line2, a.city, a.region, a.postal_code,
               a.country, a.phone, a.problem
          FROM jsonb_to_record(doc->'bill_to')
            AS a (name text, company text, line1 text, line2 text, city text, region text,
                  postal_code text, country text, phone text, problem text)
        RETURNING id INTO bill_to;
    END IF;

    INSERT INTO orders_order (public_id, number, channel_id, channel_ref, fingerprint, customer_id,
           ship_to_id, bill_to_id, country, status, payment_status, fulfillment_status,
           return_status, why_code, service, currency, rate, subtotal, discount, shipping, fees,
           tax, total, company_total, placed_at, ship_by, deliver_by, closed_at, cancel_reason,
           historical, test, ip, device, version)
    SELECT new_public, nextval('orders_number_seq')::text, channel, o.channel_ref, o.fingerprint,
           customer, ship_to, bill_to, o.country, o.status, o.payment_status, o.fulfillment_status,
           'none', o.why_code, o.service, o.currency, o.rate, o.subtotal, o.discount, o.shipping,
           o.fees, o.tax, o.total, o.company_total, at, o.ship_by, o.deliver_by, o.closed_at, '',
           o.historical, o.test, o.ip, o.device, 1
      FROM jsonb_to_record(doc)
        AS o (channel_ref text, fingerprint text, country text, status text, payment_status text,
              fulfillment_status text, why_code text, service text, currency text, rate numeric,
              subtotal bigint, discount bigint, shipping bigint, fees bigint, tax bigint,
              total bigint, company_total bigint, ship_by timestamptz, deliver_by timestamptz,
              closed_at timestamptz, historical boolean, test boolean, ip inet, device text)
    RETURNING id, number INTO new_id, new_number;

    WITH made AS (
        INSERT INTO orders_orderline (order_id, position, sku_id, channel_sku, title, units,
               unit_price, total, discount, tax, unit_cost, units_short, units_cancelled,
               units_released, units_shipped, units_returned)
        SELECT new_id, l.position, l.sku_id, l.channel_sku, l.title, l.units, l.unit_price, l.total,
               l.discount, l.tax, sku.unit_cost, 0, 0, 0, 0, 0
          FROM jsonb_to_recordset(doc->'lines')
            AS l (position int, sku_id bigint, channel_sku text, title text, units int,
                  unit_price numeric, total bigint, discount bigint, tax bigint)
     LEFT JOIN inventory_sku AS sku ON sku.id = l.sku_id
      ORDER BY l.position
     RETURNING id, sku_id, units
    )
    SELECT array_agg(id), array_agg(sku_id), array_agg(units)
      INTO line_ids, sku_ids, line_units FROM made WHERE sku_id IS NOT NULL;

    INSERT INTO orders_ordercharge (order_id, kind, code, title, amount)
    SELECT new_id, kind, code, title, amount
      FROM jsonb_to_recordset(doc->'charges') AS c (kind text, code text, title text, amount bigint);

    IF doc->'payment' <> 'null' THEN
        INSERT INTO orders_paymentevent (order_id, kind, amount, gateway, reference, avs, cvv,
                                         happened_at)
        SELECT new_id, kind, amount, gateway, reference, avs, cvv, at
          FROM jsonb_to_record(doc->'payment')
            AS p (kind text, amount bigint, gateway text, reference text, avs text, cvv text);
    END IF;

    INSERT INTO orders_clearance (order_id, gate, state, sentence, facts, decided_by, decided_at)
    SELECT new_id, gate, state, sentence, '{}', CASE state WHEN 'cleared' THEN doc->>'actor' ELSE ''
           END, CASE state WHEN 'cleared' THEN at END
      FROM jsonb_to_recordset(doc->'clearances') AS g (gate text, state text, sentence text);

    INSERT INTO core_eventrecord (name, payload, subjects, actor, live, happened_at, request_id)
    VALUES ('order.placed',
            jsonb_build_object('order_id', new_id, 'channel_id', channel, 'customer_id', customer,
                               'sku_ids', coalesce(to_jsonb(sku_ids), '[]')),
            ARRAY['order:' || new_id, 'channel:' || channel, 'customer:' || customer],
            doc->>'actor', NOT (doc->>'historical')::boolean, at, doc->>'request_id');

    -- Last: stock rows are hot, and locked no longer than this statement and the commit.
    IF line_ids IS NOT NULL AND (doc->>'promise')::boolean THEN
        promised := inventory_allocate('order_line', line_ids, sku_ids, line_units,
            ARRAY(SELECT jsonb_array_elements_text(doc->'warehouse_ids')::bigint),
            doc->>'actor', at);
        IF promised IS NOT NULL THEN
            UPDATE orders_order SET warehouse_id = promised WHERE id = new_id;
        END IF;
    END IF;
    RETURN jsonb_build_object('known', false, 'id', new_id, 'number', new_number,
                              'customer_id', customer, 'warehouse_id', promised,
                              'line_ids', to_jsonb(line_ids), 'sku_ids', to_jsonb(sku_ids),
                              'units', to_jsonb(line_units));
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0002_number_sequence"),
        ("inventory", "0002_allocate"),
        ("core", "0001_initial"),
    ]
    operations = [migrations.RunSQL(PLACE, "DROP FUNCTION orders_place(jsonb)")]
