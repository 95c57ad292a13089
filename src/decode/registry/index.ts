/**
 * The element registry: what information elements are, and which fills which column. In: the table `elements.tsv`, the columns of
 * the schema, and what the configuration says of exporters. Out: facts of elements, and the settings of each exporter with its
 * mapping. Holds always: an element that a field of the configuration names fills that field's column and nothing else. How values
 * are read off the wire is left to `decode/compile`. Free of Node, and light enough for the configuration to check its fields here.
 */
export { PROFILES, PROFILE_NAMES } from './profiles.ts'
export { BOUNDARIES } from './places.ts'
export { FIELD_TYPES, FIELD_UNITS, ruleMistakes, settingsFor, type ExporterRules } from './settings.ts'
