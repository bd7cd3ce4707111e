// Imported when a command meets YAML: the parser takes as long to load as everything else together.
export { parse, parseDocument } from 'yaml'
