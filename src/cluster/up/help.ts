import { type Flags, flagUsages } from '#base/flags'
import { kubelingFlags, type KubelingCommand } from './flags.ts'

const about: Readonly<Record<KubelingCommand, string>> = {
  up: 'Start a cluster on this machine and keep it running until Ctrl-C',
  down: 'Stop the cluster, and whatever a killed one left behind',
  status: 'Show what runs, since when, and how it is',
  node: 'Join simulated nodes to a cluster, for testing at scale',
  snapshot: 'Save, restore and examine copies of the database',
  version: 'Show the versions of kubeling, Kubernetes and Node.js',
}

const details: Readonly<Record<KubelingCommand, string>> = {
  up: `Starts an API server with its own database, a node with its own containerd, and writes a kubeconfig for its
administrator. All of it is kept below one folder; clusters with different folders, ports and node names live side by
side. Needs Linux and root.

The first Ctrl-C (or SIGTERM) ends the pods and stops everything; a second one leaves at once, and "kubeling down" clears
up. The next start runs the same pods again. After a kill, pods go on and the next start takes them over.

Without a terminal it does the same with plain lines: it stays up, after a last line that begins with "Ready.", until it
gets SIGINT or SIGTERM. It ends with 1, having stopped what it had started, when something fails before that.

Examples:
  # A cluster, with the packages that it needs
  sudo kubeling up --install

  # The tutorial: an nginx pod that answers at its own address
  sudo kubeling up --install --tutorial

  # A second cluster beside the first
  sudo kubeling up --data-dir=/tmp/two --secure-port=6444 --kubelet-port=10251`,
  down: `Stops a running "kubeling up" and waits for it. Then ends containers, containerd and the registry that a killed one, or
one with --keep-pods, left behind, and removes the pods' network. Objects, images and certificates are kept unless
--delete-data is given.`,
  status: `Ends with 0 when the API server answers and the node is ready, with 1 when something is not as it should be, and with 3
when no cluster runs.`,
  node: `Nodes register, renew their leases, and take the pods that are bound to them through the whole life of a pod, with all its
statuses and events, but run them in no container: a thousand nodes fit into one process. Logs, exec and the like are not
possible. Annotations let a pod decide how it fares itself:

  simulated.kubeling.io/pull-delay: 5s        how long the pull of its images takes
  simulated.kubeling.io/pull-error: not found why the pull of its images fails
  simulated.kubeling.io/start-delay: 500ms    how long its containers take to start
  simulated.kubeling.io/run-for: 1m           when its containers end by themselves
  simulated.kubeling.io/exit-code: "3"        with what they end, at once without run-for
  simulated.kubeling.io/ignore-stop: "true"   they end only when their grace is over

The nodes stop at Ctrl-C; their objects stay.

Examples:
  # A thousand nodes in the cluster of "kubeling up"
  sudo kubeling node --simulated=1000

  # Nodes on which images take a second, and one container of twenty fails after a minute
  kubeling node --simulated=10 --kubeconfig=admin.conf --pull-delay=1s --run-for=1m --fail-percent=5`,
  // Has a help of its own, with commands.
  snapshot: '',
  version: '',
}

/** What `kubeling --help` prints. */
export function kubelingHelp(): string {
  const rows = Object.entries(about).map(([name, what]) => `  ${name.padEnd(9)}${what}`)
  return `kubeling runs Kubernetes on this machine: API server, node and containers.

Usage:
  kubeling COMMAND [flags]

Commands:
${rows.join('\n')}

Run "kubeling COMMAND --help" for the flags of a command.
`
}

/** What `kubeling COMMAND --help` prints, wrapped at `width` columns. */
export function commandHelp(command: KubelingCommand, width: number): string {
  const text = details[command] === '' ? '' : `\n${details[command]}\n`
  const flags: Flags = kubelingFlags[command]
  return `${about[command]}.\n${text}\nUsage:\n  kubeling ${command} [flags]\n\nFlags:\n${flagUsages(flags, width)}\n`
}
