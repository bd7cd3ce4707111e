import { boolKind, flag, stringKind } from '#base/flags'
import { dryRunFlag, fileFlags, outputFlags } from '../write-flags.ts'

/** Flags that `label` and `annotate` share. */
export const metadataFlags = {
  ...fileFlags,
  ...outputFlags,
  all: flag('all', boolKind, false, 'Choose all objects of the type in the namespace.'),
  allNamespaces: flag('all-namespaces', boolKind, false, 'Choose in all namespaces.', { short: 'A' }),
  dryRun: dryRunFlag,
  fieldSelector: flag('field-selector', stringKind, '', 'Choose only objects whose fields fit.'),
  list: flag('list', boolKind, false, 'Show what is there.'),
  overwrite: flag('overwrite', boolKind, false, 'Allow other values in the place of those that are there.'),
  resourceVersion: flag(
    'resource-version',
    stringKind,
    '',
    'Change the object only if it still has this version.',
  ),
  selector: flag('selector', stringKind, '', 'Choose only objects whose labels fit.', { short: 'l' }),
} as const
