"""The functions a Lake query may call: Trino's, by name.

"CloudTrail Lake supports all Trino functions" (CloudTrail user guide, "CloudTrail Lake SQL constraints").
A name that is not here is refused as Trino refuses it, so that a query that runs in the sandbox does not
lean on a function only DuckDB has; that also keeps every function that reads files or settings out of
reach. What is here but DuckDB cannot run is refused with another text that says so.
"""

from __future__ import annotations

from typing import Final

_AGGREGATE: Final = """
    any_value approx_distinct approx_percentile arbitrary array_agg avg bitwise_and_agg bitwise_or_agg
    bool_and bool_or checksum corr count count_if covar_pop covar_samp every geometric_mean histogram
    kurtosis listagg map_agg map_union max max_by min min_by multimap_agg reduce_agg regr_intercept
    regr_slope set_agg set_union skewness stddev stddev_pop stddev_samp sum var_pop var_samp variance
"""
_WINDOW: Final = """
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
"""
_TEXT: Final = """
    bit_length char_length character_length chr codepoint concat concat_ws ends_with format from_utf8
    length levenshtein_distance lower lpad ltrim luhn_check normalize position regexp_count
    regexp_extract regexp_extract_all regexp_like regexp_position regexp_replace regexp_split repeat
    replace reverse rpad rtrim split split_part split_to_map split_to_multimap starts_with strpos
    substr substring to_utf8 translate trim typeof upper url_decode url_encode url_extract_fragment
    url_extract_host url_extract_parameter url_extract_path url_extract_port url_extract_protocol
    url_extract_query word_stem
"""
_TIME: Final = """
    at_timezone current_date current_time current_timestamp current_timezone date date_add date_diff
    date_format date_parse date_trunc day day_of_month day_of_week day_of_year dow doy extract
    format_datetime from_iso8601_date from_iso8601_timestamp from_unixtime from_unixtime_nanos hour
    human_readable_seconds last_day_of_month localtime localtimestamp millisecond minute month now
    parse_datetime parse_duration quarter second timezone_hour timezone_minute to_iso8601
    to_milliseconds to_unixtime week week_of_year with_timezone year year_of_week yow
"""
_COLLECTION: Final = """
    all_match any_match array_distinct array_except array_first array_histogram array_intersect
    array_join array_last array_max array_min array_position array_remove array_sort array_union
    arrays_overlap cardinality combinations contains contains_sequence element_at filter flatten
    map map_concat map_entries map_filter map_from_entries map_keys map_values map_zip_with
    multimap_from_entries ngrams none_match reduce row sequence shuffle slice transform
    transform_keys transform_values trim_array zip zip_with
"""
_JSON: Final = """
    is_json_scalar json_array json_array_contains json_array_get json_array_length json_exists
    json_extract json_extract_scalar json_format json_object json_parse json_query json_size json_value
"""
_OTHER: Final = """
    abs bit_count bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor
    cast cbrt ceil ceiling coalesce crc32 degrees e exp floor from_base from_base32 from_base64
    from_hex greatest grouping hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 if infinity is_finite
    is_infinite is_nan least ln log log10 log2 md5 mod nan nullif pi pow power radians rand random
    round sha1 sha256 sha512 sign sqrt to_base to_base32 to_base64 to_hex truncate try try_cast uuid
    width_bucket xxhash64
"""

TRINO: Final = frozenset(f"{_AGGREGATE} {_WINDOW} {_TEXT} {_TIME} {_COLLECTION} {_JSON} {_OTHER}".split())
"""Every function name, in lower case."""
