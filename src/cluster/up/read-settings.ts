import { isIP, isIPv4 } from 'node:net'
import { resolve } from 'node:path'
import { FlagError } from '#base/flags'
import { subdomainFaults } from '#schema/name-rules'
import type { UpValues } from './flags.ts'
import type { UpSettings } from './settings.ts'

const wrong = (name: string, value: unknown, why: string) =>
  new FlagError(`invalid argument ${JSON.stringify(String(value))} for "--${name}" flag: ${why}`)

/** Turns the flags of `kubeling up` into settings. @throws FlagError for values that cannot be right, saying what is. */
export function readSettings(values: UpValues): UpSettings {
  const { bindAddress, nodeIp, nodeName, podCidr, compat, manifests, stopTimeout } = values
  if (isIP(bindAddress) === 0) throw wrong('bind-address', bindAddress, 'it takes an IP address')
  if (nodeIp !== '' && isIP(nodeIp) === 0) throw wrong('node-ip', nodeIp, 'it takes an IP address')
  if (podCidr !== '' && !isNetwork(podCidr))
    throw wrong('pod-cidr', podCidr, 'it takes an IPv4 network, as in 10.244.0.0/24')
  if (compat !== '' && compat !== 'v1.3') throw wrong('compat', compat, 'the known release is v1.3')
  if (stopTimeout < 0) throw wrong('stop-timeout', stopTimeout, 'must not be negative')
  const [nameFault] = subdomainFaults(nodeName)
  if (nameFault !== undefined) throw wrong('node-name', nodeName, nameFault)
  const registryPort = port('registry-port', values.registryPort)
  return {
    dataDir: resolve(values.dataDir),
    bindAddress,
    securePort: port('secure-port', values.securePort),
    insecurePort: port('insecure-port', values.insecurePort),
    kubeletPort: port('kubelet-port', values.kubeletPort),
    registryPort: registryPort === 0 ? undefined : registryPort,
    nodeName,
    nodeIp: nodeIp === '' ? undefined : nodeIp,
    podCidr: podCidr === '' ? undefined : podCidr,
    manifestPath: manifests === '' ? undefined : resolve(manifests),
    plainHttpRegistries: values.plainHttpRegistries,
    compat: compat === '' ? undefined : compat,
    install: values.install,
    tutorial: values.tutorial,
    keepPods: values.keepPods,
    stopTimeoutMs: stopTimeout,
  }
}

function port(name: string, value: number): number {
  if (value < 0 || value > 65535) throw wrong(name, value, 'must be between 0 and 65535')
  return value
}

function isNetwork(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/')
  // Bigger than a /8 is surely a slip, smaller than a /29 has no room for pods.
  return (
    isIPv4(address) && /^\d{1,2}$/.test(bits) && Number(bits) >= 8 && Number(bits) <= 29 && more.length === 0
  )
}
