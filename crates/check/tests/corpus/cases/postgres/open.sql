SELECT x.anything FROM other_schema.elsewhere AS x;
SELECT a.anything FROM dblink('b', 'SELECT 1') AS a;
SELECT anything FROM unnest($1::int[]), jsonb_to_recordset('[]') AS t (anything int);
TABLE person;
