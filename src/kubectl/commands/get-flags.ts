import { boolKind, flag, intKind, stringKind, stringsKind } from '#base/flags'

/** Flags of `kubectl get`. */
export const getFlags = {
  allNamespaces: flag(
    'all-namespaces',
    boolKind,
    false,
    'Show the objects of all namespaces, whatever the context and --namespace say.',
    { short: 'A' },
  ),
  allowMissingTemplateKeys: flag(
    'allow-missing-template-keys',
    boolKind,
    true,
    'Let a template go on where a field is missing.',
  ),
  chunkSize: flag(
    'chunk-size',
    intKind,
    500,
    'Fetch long lists in pages of this many objects; 0 fetches them whole.',
  ),
  fieldSelector: flag(
    'field-selector',
    stringKind,
    '',
    'Show only objects whose fields fit: key1=value1,key2!=value2. Which fields a server knows depends on the type.',
  ),
  filename: flag('filename', stringsKind, [], 'Files, folders or URLs that name the objects.', {
    short: 'f',
  }),
  ignoreNotFound: flag(
    'ignore-not-found',
    boolKind,
    false,
    'End with exit code 0 when an object is not there.',
  ),
  labelColumns: flag('label-columns', stringsKind, [], 'Labels to show as columns, separated by commas.', {
    short: 'L',
  }),
  noHeaders: flag('no-headers', boolKind, false, "Leave out the table's head."),
  output: flag(
    'output',
    stringKind,
    '',
    'Output format. One of: (json, yaml, name, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide).',
    { short: 'o' },
  ),
  outputWatchEvents: flag(
    'output-watch-events',
    boolKind,
    false,
    'With --watch, show what kind of change each line is.',
  ),
  raw: flag('raw', stringKind, '', 'Path to ask the server for, as it is.'),
  recursive: flag('recursive', boolKind, false, 'With -f, read the folders in a folder too.', { short: 'R' }),
  selector: flag(
    'selector',
    stringKind,
    '',
    'Show only objects whose labels fit: key1=value1,key2!=value2,key3 in (a,b).',
    { short: 'l' },
  ),
  serverPrint: flag('server-print', boolKind, true, 'Let the server choose the columns.'),
  showKind: flag('show-kind', boolKind, false, 'Show the type before each name.'),
  showLabels: flag('show-labels', boolKind, false, 'Show all labels in a last column.'),
  showManagedFields: flag('show-managed-fields', boolKind, false, 'Keep managedFields in JSON and YAML.'),
  sortBy: flag(
    'sort-by',
    stringKind,
    '',
    "Sort by a field, named by a JSONPath expression such as '{.metadata.name}'.",
  ),
  subresource: flag('subresource', stringKind, '', 'Show this subresource: status, scale.'),
  template: flag('template', stringKind, '', 'Template of -o=jsonpath when the output format names none.'),
  watch: flag('watch', boolKind, false, 'Go on and show changes.', { short: 'w' }),
  watchOnly: flag('watch-only', boolKind, false, 'Show changes only.'),
} as const
