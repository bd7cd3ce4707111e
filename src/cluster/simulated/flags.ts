import {
  boolKind,
  durationKind,
  type Flags,
  flag,
  floatKind,
  intKind,
  mapKind,
  stringKind,
  stringsKind,
  type Values,
} from '#base/flags'
import { defaultDataDir } from '../containerd/layout.ts'
import { podsMaxDefault } from '../kubelet/options.ts'

/** The flags of `kubeling node`. */
export const nodeFlags = {
  help: flag('help', boolKind, false, 'Show this help.', { short: 'h' }),
  simulated: flag('simulated', intKind, 0, 'How many nodes to simulate. Their pods run in no container.'),
  kubeconfig: flag(
    'kubeconfig',
    stringKind,
    '',
    'File that says how to reach the API server, and as whom. Unset: the one of "kubeling up" with that --data-dir.',
  ),
  server: flag(
    'server',
    stringKind,
    '',
    'The URL of an API server that asks nobody who they are, as in http://127.0.0.1:8080, instead of --kubeconfig.',
  ),
  dataDir: flag('data-dir', stringKind, defaultDataDir, 'The data directory of "kubeling up".'),
  namePrefix: flag(
    'name-prefix',
    stringKind,
    'simulated-',
    'What the names of the nodes begin with; their numbers follow, from 0.',
  ),
  nodeLabels: flag(
    'node-labels',
    mapKind,
    {},
    'Labels of the nodes, as key=value pairs separated by commas.',
  ),
  taints: flag(
    'register-with-taints',
    stringsKind,
    [],
    'Taints of the nodes, comma separated, as key=value:effect.',
  ),
  maxPods: flag('max-pods', intKind, podsMaxDefault, 'How many pods may run on a node.'),
  cpus: flag('cpus', intKind, 32, 'How many processors a node has.'),
  memory: flag('memory', stringKind, '256Gi', 'How much memory a node has.'),
  pullDelay: flag('pull-delay', durationKind, 0, 'How long the pull of an image takes.'),
  startDelay: flag('start-delay', durationKind, 0, 'How long a container takes to start.'),
  runFor: flag(
    'run-for',
    durationKind,
    0,
    'How long containers run before they end by themselves. 0: until their pod is deleted; init containers end at once.',
  ),
  failPercent: flag(
    'fail-percent',
    floatKind,
    0,
    'How many of a hundred starts end with exit code 1: after --run-for, or at once without it.',
  ),
  events: flag('events', boolKind, true, 'Record events, as kubelets do: about four for each pod.'),
  verbosity: flag('v', intKind, 0, 'How much is written to the log: 0 to 10.', { short: 'v' }),
} satisfies Flags

export type NodeValues = Values<typeof nodeFlags>
