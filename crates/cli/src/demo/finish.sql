CREATE INDEX products_by_category ON products (category_id);
CREATE INDEX customers_by_place ON customers (country, city);
CREATE INDEX orders_by_customer ON orders (customer_id, ordered_at);
CREATE INDEX orders_by_time ON orders (ordered_at);
CREATE INDEX orders_open ON orders (status) WHERE status IN ('pending', 'paid', 'shipped');
CREATE INDEX order_lines_by_product ON order_lines (product_id);
CREATE INDEX events_by_kind ON events (kind, at);

-- Cancelled and returned orders bring nothing in.
CREATE VIEW revenue_by_month AS
SELECT strftime('%Y-%m', ordered_at) AS month,
  count(*) AS orders,
  count(DISTINCT customer_id) AS customers,
  sum(total_cents) / 100.0 AS revenue,
  round(avg(total_cents) / 100.0, 2) AS average_order
FROM orders
WHERE status NOT IN ('cancelled', 'returned')
GROUP BY month
ORDER BY month;

CREATE VIEW top_products AS
SELECT products.id AS product_id, products.name AS product, categories.name AS category,
  sum(quantity) AS units, sum(quantity * order_lines.price_cents) / 100.0 AS revenue
FROM order_lines
JOIN products ON products.id = product_id
JOIN categories ON categories.id = category_id
GROUP BY products.id
ORDER BY revenue DESC;

CREATE VIEW latest_orders AS
SELECT orders.id, ordered_at, customers.name AS customer, city, country, status, channel,
  total_cents / 100.0 AS total
FROM orders
JOIN customers ON customers.id = customer_id
ORDER BY ordered_at DESC
LIMIT 100;

ANALYZE;
