import { flag, intKind, stringKind, stringsKind } from '#base/flags'
import type { ServicePort } from '#kinds/gen/core-v1'
import type { CommandGroup } from '../command.ts'
import { KubectlError } from '../fault.ts'
import { coreResource, generator } from './generated.ts'

const resource = coreResource('Service', 'services')
const tcp = flag('tcp', stringsKind, [], 'Ports as PORT:TARGETPORT, several parted by commas.')

/** A service that leads to the pods with the label app=NAME. */
function serviceOf(name: string, type: string, spec: object, ports: readonly ServicePort[]) {
  return {
    metadata: { name, labels: { app: name } },
    spec: { ...(ports.length > 0 && { ports }), selector: { app: name }, type, ...spec },
    status: { loadBalancer: {} },
  }
}

/** Reads `80:8080`, `80:http` and `80`. @throws KubectlError */
function readPorts(texts: readonly string[], nodePort = 0): ServicePort[] {
  return texts.map((text) => {
    const [port = '', target = port, ...more] = text.split(':')
    if (more.length > 0) throw new KubectlError(`invalid port format ${text}`)
    if (!/^\d+$/.test(port))
      throw new KubectlError(`strconv.ParseUint: parsing ${JSON.stringify(port)}: invalid syntax`)
    return {
      name: text.replace(':', '-'),
      port: Number(port),
      protocol: 'TCP',
      targetPort: /^\d+$/.test(target) ? Number(target) : target,
      ...(nodePort > 0 && { nodePort }),
    }
  })
}

function needPorts(texts: readonly string[]): readonly string[] {
  if (texts.length === 0) throw new KubectlError('at least one tcp port specifier must be provided')
  return texts
}

const clusterIp = generator({
  about: 'Create a service with an address in the cluster.',
  examples:
    '# A service on port 5678 that leads to port 8080\nkubectl create service clusterip web --tcp=5678:8080',
  usage: 'NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none] [options]',
  flags: { tcp, clusterIp: flag('clusterip', stringKind, '', "The address; 'None' for a headless service.") },
  resource,
  title: 'ClusterIP service',
  build(name, { values }) {
    const isHeadless = values.clusterIp === 'None'
    const ports = readPorts(isHeadless ? values.tcp : needPorts(values.tcp))
    return serviceOf(name, 'ClusterIP', values.clusterIp === '' ? {} : { clusterIP: values.clusterIp }, ports)
  },
})

const nodePort = generator({
  about: 'Create a service with a port on every node.',
  examples: '# A service on port 5678\nkubectl create service nodeport web --tcp=5678:8080',
  usage: 'NAME [--tcp=port:targetPort] [--dry-run=server|client|none] [options]',
  flags: { tcp, nodePort: flag('node-port', intKind, 0, 'The port on the nodes.') },
  resource,
  title: 'NodePort service',
  build: (name, { values }) =>
    serviceOf(name, 'NodePort', {}, readPorts(needPorts(values.tcp), values.nodePort)),
})

const loadBalancer = generator({
  about: 'Create a service behind a load balancer.',
  examples: '# A service on port 5678\nkubectl create service loadbalancer web --tcp=5678:8080',
  usage: 'NAME [--tcp=port:targetPort] [--dry-run=server|client|none] [options]',
  flags: { tcp },
  resource,
  title: 'LoadBalancer service',
  build: (name, { values }) => serviceOf(name, 'LoadBalancer', {}, readPorts(needPorts(values.tcp))),
})

const externalName = generator({
  about: 'Create a service that is another name.',
  examples:
    '# A service that stands for a host\nkubectl create service externalname db --external-name db.example.com',
  usage: 'NAME --external-name external.name [--dry-run=server|client|none] [options]',
  flags: {
    tcp,
    externalName: flag('external-name', stringKind, '', 'The name that the service stands for.'),
  },
  resource,
  title: 'ExternalName service',
  build(name, { values }) {
    if (values.externalName === '') throw new KubectlError('required flag(s) "external-name" not set')
    return serviceOf(name, 'ExternalName', { externalName: values.externalName }, readPorts(values.tcp))
  },
})

/** `kubectl create service`. */
export const service: CommandGroup = {
  about: 'Create a service by one of these commands.',
  commands: {
    clusterip: { about: 'Create a service with an address in the cluster', load: async () => clusterIp },
    externalname: { about: 'Create a service that is another name', load: async () => externalName },
    loadbalancer: { about: 'Create a service behind a load balancer', load: async () => loadBalancer },
    nodeport: { about: 'Create a service with a port on every node', load: async () => nodePort },
  },
}
