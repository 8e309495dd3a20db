use super::*;

#[track_caller]
fn check(query: &str, expect: &str) {
    let config = Config { in_values_max: 3, ..Config::default() };
    let read = Parameters::read(query).and_then(|pairs| ReadRequest::read(&pairs, &config));
    let shown = match read {
        Ok(request) => show(&request),
        Err(error) => format!("{}: {}", error.report().code, error.report().message),
    };
    assert_eq!(shown, expect, "{query}");
}

fn show(request: &ReadRequest) -> String {
    let mut parts = vec![format!("{}×{}", request.page, request.page_size)];
    if !request.select.is_empty() {
        parts.push(format!("select {}", request.select.join("|")));
    }
    for sort in &request.sort {
        parts.push(format!("sort {}{}", if sort.descending { "-" } else { "" }, sort.column));
    }
    for filter in &request.filters {
        let (not, filter) = match filter {
            Filter::Not(filter) => ("not ", &**filter),
            filter => ("", filter),
        };
        let Filter::Column { column, test } = filter else { unreachable!("{filter:?}") };
        parts.push(format!("{column} {not}{test:?}"));
    }
    parts.join("; ")
}

#[test]
fn pages_are_counted_from_one() {
    check("", "1×50");
    check("page=3&page_size=20", "3×20");
    check("page_size=1000", "1×1000");
    check(
        "page=0",
        "INVALID_PAGE: 'page' must be a whole number from 1 to 9007199254740991, not '0'",
    );
    check(
        "page=-1",
        "INVALID_PAGE: 'page' must be a whole number from 1 to 9007199254740991, not '-1'",
    );
    check(
        "page=%2B1",
        "INVALID_PAGE: 'page' must be a whole number from 1 to 9007199254740991, not '+1'",
    );
    check(
        "page=1.5",
        "INVALID_PAGE: 'page' must be a whole number from 1 to 9007199254740991, not '1.5'",
    );
    check(
        "page=",
        "INVALID_PAGE: 'page' must be a whole number from 1 to 9007199254740991, not ''",
    );
    check("page=1&page=2", "INVALID_PARAMETER: Parameter 'page' may stand only once");
    for size in ["0", "1001", "many"] {
        let expect = format!(
            "INVALID_PAGE: 'page_size' must be a whole number from 1 to 1000, not '{size}'"
        );
        check(&format!("page_size={size}"), &expect);
    }
}

#[test]
fn a_page_whose_rows_cannot_be_counted_is_refused() {
    let last = 9_007_199_254_740_991_u64;
    check(&format!("page={last}&page_size=1000"), &format!("{last}×1000"));
    for page in [last + 1, u64::MAX] {
        let expect =
            format!("INVALID_PAGE: 'page' must be a whole number from 1 to {last}, not '{page}'");
        check(&format!("page={page}"), &expect);
    }
    check(
        "page=18446744073709551616",
        "INVALID_PAGE: 'page' must be a whole number from 1 to 9007199254740991, not '18446744073709551616'",
    );
}

#[test]
fn several_columns_are_selected_and_sorted_by() {
    check("sort=a,-b", "1×50; sort a; sort -b");
    check("sort=-%22a,b%22,c", "1×50; sort -a,b; sort c");
    check("select=id,%22a%5C%22,b%22", "1×50; select id|a\",b");
    check("sort=", "INVALID_PARAMETER: Parameter 'sort' names no column between two commas");
    check("sort=a,,b", "INVALID_PARAMETER: Parameter 'sort' names no column between two commas");
    check("sort=a,-a", "1×50; sort a");
    check("sort=%22a", "INVALID_PARAMETER: Parameter 'sort' has a quote that does not end");
    check("select=a,a", "INVALID_PARAMETER: Parameter 'select' names a column twice");
}

#[test]
fn filters_are_read_operator_by_operator() {
    check("a=eq.1", "1×50; a Compare(Equal, Text(\"1\"))");
    check(
        "a=not.gte.1.5&b=lt.",
        "1×50; a not Compare(GreaterOrEqual, Text(\"1.5\")); b Compare(Less, Text(\"\"))",
    );
    check("a=like.A*", "1×50; a Like { pattern: \"A*\", fold_case: false }");
    check("a=ilike.%25x%25", "1×50; a Like { pattern: \"%x%\", fold_case: true }");
    check("a=in.(1,%222,3%22)", "1×50; a In([Text(\"1\"), Text(\"2,3\")])");
    check("a=in.()", "1×50; a In([])");
    check("a=in.(%22%22,5%22)", "1×50; a In([Text(\"\"), Text(\"5\\\"\")])");
    check("a=is.null&b=not.is.true", "1×50; a Is(Null); b not Is(True)");
    check("a+b=eq.c+d%2Be", "1×50; a b Compare(Equal, Text(\"c d+e\"))");
    check(
        "filter.page=eq.1&filter.filter.x=eq.2",
        "1×50; page Compare(Equal, Text(\"1\")); filter.x Compare(Equal, Text(\"2\"))",
    );
    check(
        "db=x&a=eq.1&a=neq.2",
        "1×50; a Compare(Equal, Text(\"1\")); a Compare(NotEqual, Text(\"2\"))",
    );
}

#[test]
fn what_is_no_filter_is_told() {
    let operators = filter::OPERATORS;
    check(
        "a=1",
        &format!("INVALID_FILTER: Filter '1' of 'a' has no operator; there are {operators}"),
    );
    check("a", &format!("INVALID_FILTER: Filter '' of 'a' has no operator; there are {operators}"));
    check(
        "a=regex.x",
        &format!(
            "INVALID_FILTER: Filter 'regex.x' of 'a' has the operator 'regex'; there are {operators}"
        ),
    );
    check(
        "a=not.not.eq.1",
        &format!(
            "INVALID_FILTER: Filter 'not.not.eq.1' of 'a' has the operator 'not'; there are {operators}"
        ),
    );
    check(
        "a=EQ.1",
        &format!(
            "INVALID_FILTER: Filter 'EQ.1' of 'a' has the operator 'EQ'; there are {operators}"
        ),
    );
    check("a=in.1,2", "INVALID_FILTER: Filter 'in.1,2' of 'a' takes a list as (a,b)");
    check("a=in.(%22x)", "INVALID_FILTER: Filter 'in.(\"x)' of 'a' takes a list as (a,b)");
    check(
        "a=is.NULL",
        "INVALID_FILTER: Filter 'is.NULL' of 'a' takes null, notnull, true or false",
    );
}

#[test]
fn limits_are_held() {
    check("a=in.(1,2,3)", "1×50; a In([Text(\"1\"), Text(\"2\"), Text(\"3\")])");
    check("a=in.(1,2,3,4)", "LIMIT_EXCEEDED: There are more than 3 values in a list");
}

#[test]
fn text_that_is_none_is_refused() {
    check("a=eq.%FF", "INVALID_PARAMETER: Parameter 'a=eq.%FF' is not UTF-8");
    check("a=eq.%00", "INVALID_PARAMETER: Parameter 'a=eq.%00' holds a NUL character");
    check("a=eq.%zz", "1×50; a Compare(Equal, Text(\"%zz\"))");
    check("&&a=eq.1&", "1×50; a Compare(Equal, Text(\"1\"))");
}
