"""Splink on the public tables of bench:matching, with the settings of its own documentation, beside our figures.

Run by test/bench/matching.js --splink in a virtual environment that it makes and removes. Prints one JSON object: Splink's
version and, per table, precision, recall and F1 of pairs at even odds (p >= 0.5), and seconds. Nothing is tuned.
"""

import json
import sys
import time

import pandas as pd
import splink
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def pair_rates(predicted, frame_entities, total):
    right = int((frame_entities[predicted[0]].values == frame_entities[predicted[1]].values).sum())
    made = len(predicted[0])
    precision = right / made if made else 1.0
    recall = right / total
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}


def true_pairs(entities):
    sizes = entities.value_counts()
    return int((sizes * (sizes - 1) // 2).sum())


def febrl_frame(path):
    frame = pd.read_csv(path, skipinitialspace=True, dtype=str)
    frame.columns = [name.strip() for name in frame.columns]
    frame = frame.apply(lambda column: column.str.strip()).replace("", None)
    frame["cluster"] = frame["rec_id"].str.extract(r"^rec-(\d+)-")[0]
    return frame.rename(columns={"rec_id": "unique_id"})


FEBRL_COMPARISONS = [
    cl.JaroWinklerAtThresholds("given_name", [0.9, 0.8]).configure(term_frequency_adjustments=True),
    cl.JaroWinklerAtThresholds("surname", [0.9, 0.8]).configure(term_frequency_adjustments=True),
    cl.LevenshteinAtThresholds("date_of_birth", [1, 2]),
    cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]),
    cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
    cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
]
FEBRL_RULES = [
    block_on("given_name", "surname"),
    block_on("soc_sec_id"),
    block_on("date_of_birth"),
    block_on("postcode", "surname"),
    block_on("postcode", "given_name"),
]
FEBRL_SESSIONS = [block_on("date_of_birth"), block_on("given_name", "surname")]

HISTORICAL_COMPARISONS = [
    cl.ForenameSurnameComparison(
        "first_name", "surname", forename_surname_concat_col_name="first_name_surname_concat"
    ),
    cl.DateOfBirthComparison("dob", input_is_string=True),
    cl.PostcodeComparison("postcode_fake"),
    cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
    cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
]
HISTORICAL_RULES = [
    block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
    block_on("surname", "dob"),
    block_on("first_name", "dob"),
    block_on("postcode_fake", "first_name"),
    block_on("postcode_fake", "surname"),
    block_on("dob", "birth_place"),
    block_on("substr(postcode_fake,1,3)", "dob"),
    block_on("substr(postcode_fake,1,3)", "first_name"),
    block_on("substr(postcode_fake,1,3)", "surname"),
    block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
]
HISTORICAL_SESSIONS = [block_on("first_name", "surname"), block_on("dob")]

FAKE_COMPARISONS = [
    cl.NameComparison("first_name"),
    cl.NameComparison("surname"),
    cl.DateOfBirthComparison("dob", input_is_string=True),
    cl.ExactMatch("city").configure(term_frequency_adjustments=True),
    cl.EmailComparison("email"),
]
FAKE_RULES = [block_on("first_name"), block_on("surname"), block_on("dob"), block_on("email")]
FAKE_SESSIONS = [block_on("dob"), block_on("email")]


def run(frames, comparisons, rules, sessions, link_type):
    began = time.perf_counter()
    settings = SettingsCreator(
        link_type=link_type,
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
        retain_intermediate_calculation_columns=False,
    )
    database = DuckDBAPI()
    linker = Linker([database.register(frame) for frame in frames], settings, log_level="WARNING")
    linker.training.estimate_probability_two_random_records_match(sessions[:1] + rules[:1], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=7)
    for session in sessions:
        linker.training.estimate_parameters_using_expectation_maximisation(session)
    links = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    return links, time.perf_counter() - began


def figures(frames, links, seconds, total):
    entities = pd.concat([frame.set_index("unique_id")["cluster"] for frame in frames])
    rates = pair_rates((links["unique_id_l"], links["unique_id_r"]), entities, total)
    return {**rates, "seconds": seconds}


def main(folder):
    out = {"version": splink.__version__}
    a, b = febrl_frame(f"{folder}/febrl4a.csv"), febrl_frame(f"{folder}/febrl4b.csv")
    links, seconds = run([a, b], FEBRL_COMPARISONS, FEBRL_RULES, FEBRL_SESSIONS, "link_only")
    out["febrl4"] = figures([a, b], links, seconds, len(set(a["cluster"]) & set(b["cluster"])))

    one = febrl_frame(f"{folder}/febrl3.csv")
    links, seconds = run([one], FEBRL_COMPARISONS, FEBRL_RULES, FEBRL_SESSIONS, "dedupe_only")
    out["febrl3"] = figures([one], links, seconds, true_pairs(one["cluster"]))

    fake = pd.read_csv(f"{folder}/fake_1000.csv", dtype=str)
    links, seconds = run([fake], FAKE_COMPARISONS, FAKE_RULES, FAKE_SESSIONS, "dedupe_only")
    out["fake_1000"] = figures([fake], links, seconds, true_pairs(fake["cluster"]))

    history = pd.read_parquet(f"{folder}/historical_figures_with_errors_50k.parquet")
    history["first_name_surname_concat"] = history["first_name"] + " " + history["surname"]
    links, seconds = run([history], HISTORICAL_COMPARISONS, HISTORICAL_RULES, HISTORICAL_SESSIONS, "dedupe_only")
    out["historical_50k"] = figures([history], links, seconds, true_pairs(history["cluster"]))
    json.dump(out, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
