import { boolKind, durationKind, flag, intKind, stringKind } from '#base/flags'
import { defineCommand } from '../command.ts'
import { deleteTargets } from '../delete/delete-targets.ts'
import { checkDeleteFlags } from '../delete/policy.ts'
import { targetsOf } from '../resources/targets.ts'
import { KubectlError } from '../fault.ts'
import { complain, print } from '../io.ts'
import { dryRunFlag, fileFlags } from '../write-flags.ts'

/** Flags of `kubectl delete`. */
export const deleteFlags = {
  ...fileFlags,
  all: flag('all', boolKind, false, 'Delete all objects of the type in the namespace.'),
  allNamespaces: flag('all-namespaces', boolKind, false, 'Delete in all namespaces.', { short: 'A' }),
  cascade: flag(
    'cascade',
    { ...stringKind, bare: 'background' },
    'background',
    'Must be "background", "orphan", or "foreground": what becomes of the objects that belong to the deleted ones.',
  ),
  dryRun: dryRunFlag,
  fieldSelector: flag(
    'field-selector',
    stringKind,
    '',
    'Delete only objects whose fields fit: key1=value1,key2!=value2.',
  ),
  force: flag(
    'force',
    boolKind,
    false,
    'With --grace-period=0, take objects away without waiting for what they stand for to end.',
  ),
  gracePeriod: flag(
    'grace-period',
    intKind,
    -1,
    'Seconds that the object gets to end in; negative for its own. 0 only with --force.',
  ),
  ignoreNotFound: flag(
    'ignore-not-found',
    boolKind,
    false,
    'Take an object that is not there for deleted. Is on with --all.',
  ),
  now: flag('now', boolKind, false, 'Give one second to end in, like --grace-period=1.'),
  output: flag('output', stringKind, '', 'Output mode. Use "-o name" for shorter output (resource/name).', {
    short: 'o',
  }),
  selector: flag(
    'selector',
    stringKind,
    '',
    'Delete only objects whose labels fit: key1=value1,key2 in (a,b).',
    { short: 'l' },
  ),
  timeout: flag(
    'timeout',
    durationKind,
    0,
    'How long to wait for objects to be gone; 0 lets the grace decide.',
  ),
  wait: flag('wait', boolKind, true, 'Wait until the objects are gone.'),
} as const

/** `kubectl delete`. */
export const delete_ = defineCommand({
  about: `Delete objects by files, standard input, names, or by type and labels.

Some objects, such as pods, end with grace: their processes are told first and killed when the time is up. --grace-period
sets that time; with --force and --grace-period=0 the object goes at once, though what it stood for may still run.`,
  examples: `# Delete what a file names
kubectl delete -f ./pod.yaml

# Delete by type and name
kubectl delete pod/web service/web

# Delete by label
kubectl delete pods,services -l app=web

# Delete at once, without waiting for the node
kubectl delete pod web --force --grace-period=0`,
  usage: '([-f FILENAME] | TYPE [(NAME | -l label | --all)]) [options]',
  flags: deleteFlags,
  async run(call) {
    const { values, io } = call
    if (values.output !== '' && values.output !== 'name')
      throw new KubectlError(`unexpected -o output mode: ${values.output}. We only support '-o name'`)
    for (const warning of checkDeleteFlags(values)) complain(io, `Warning: ${warning}\n`)
    const count = await deleteTargets(call, await targetsOf(call))
    if (count === 0 && values.filename.length === 0) print(io, 'No resources found\n')
  },
})
