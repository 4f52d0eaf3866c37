/** Number of flow features: the 52 columns of the public cleaned CICIDS2017 table. */
export const FLOW_FEATURE_COUNT = 52;
