import type { Cluster } from './cluster.ts'
import type { UpHost, UpSettings } from './settings.ts'

/** Names and values in two columns, indented. */
export function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n')
}

/** What is up, and where. */
export function summary(cluster: Cluster, settings: UpSettings): string {
  const { layout, insecureUrl, registry } = cluster
  const rows: (readonly [string, string])[] = [
    ['API server', `${cluster.url}, objects in ${layout.store}`],
    ...(insecureUrl === undefined
      ? []
      : [['', `${insecureUrl}, open to everybody on this machine`] as const]),
    ['node', `${settings.nodeName}, ready; kubelet on ${cluster.kubeletUrl}`],
    ['pods', `${cluster.podCidr} on bridge ${layout.containerd.bridge}`],
    ['containerd', layout.containerd.socket],
    ...(registry === undefined ? [] : [['registry', `http://${registry}`] as const]),
    ['kubeconfig', layout.kubeconfig],
    ['data', settings.dataDir],
    ['log', layout.log],
  ]
  return `\nkubeling is up:\n${columns(rows)}`
}

/** How to go on, command by command. */
export function nextSteps(cluster: Cluster, settings: UpSettings, host: UpHost): string {
  const kubectl = host.kubectlShown
  const commands = settings.tutorial
    ? [
        'get pods -w',
        'logs nginx-server -c log-output',
        'exec -it nginx-server -c log-output -- sh',
        'describe node',
        'delete pods/nginx-server',
      ]
    : ['get nodes', 'get pods -A', 'describe node']
  return `\nGo on in another terminal:
  export KUBECONFIG=${cluster.layout.kubeconfig}
${commands.map((one) => `  ${kubectl} ${one}`).join('\n')}
`
}

/** The last line of a start, which scripts wait for. */
export function readyLine(settings: UpSettings, isTerminal: boolean): string {
  const how = isTerminal ? 'Ctrl-C stops' : 'SIGINT, SIGTERM or "kubeling down" stops'
  const pods = settings.keepPods ? 'the cluster and leaves its pods running' : 'the pods and the cluster'
  return `Ready. ${how} ${pods}.`
}
