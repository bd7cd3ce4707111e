import { BlockList, isIP } from 'node:net'
import { ApiError, badRequest, notFound } from '#base/errors'
import type { Endpoints, Node, Pod, Service } from '#kinds/gen/core-v1'
import type { SubresourceCall } from '../contract.ts'
import type { Target } from './backend.ts'
import type { KubeletClient } from './kubelet-client.ts'

/** A name in a proxy path: `[scheme:]name[:port]`. */
export interface ProxyName {
  readonly scheme: 'http' | 'https' | ''
  readonly name: string
  readonly port: string
}

/** Reads the name of a proxy path. @throws ApiError BadRequest when it has another form. */
export function proxyName(text: string): ProxyName {
  const parts = text.split(':')
  const [first = '', second = '', third = ''] = parts
  if (parts.length === 1 && first !== '') return { scheme: '', name: first, port: '' }
  if (parts.length === 2 && first !== '') return { scheme: '', name: first, port: second }
  if (parts.length === 3 && second !== '' && (first === '' || first === 'http' || first === 'https'))
    return { scheme: first, name: second, port: third }
  throw badRequest(`invalid proxy request ${JSON.stringify(text)}`)
}

const refused = new BlockList()
refused.addSubnet('127.0.0.0', 8)
refused.addSubnet('169.254.0.0', 16)
refused.addSubnet('224.0.0.0', 4)
refused.addAddress('0.0.0.0')
refused.addAddress('::1', 'ipv6')
refused.addAddress('::', 'ipv6')
refused.addSubnet('fe80::', 10, 'ipv6')
refused.addSubnet('ff00::', 8, 'ipv6')

/**
 * Refuses addresses that are the API server's own machine or nobody's: whoever may write a pod's status must not reach
 * them through us. @throws ApiError BadRequest.
 */
export function checkProxyable(address: string): void {
  const family = isIP(address)
  if (family === 0 || refused.check(address, family === 6 ? 'ipv6' : 'ipv4'))
    throw badRequest('address not allowed')
}

/** Where a call of `pods/proxy`, `services/proxy` or `nodes/proxy` goes. @throws ApiError. */
export function locate(call: SubresourceCall, kubelets: KubeletClient): Promise<Target> {
  const wanted = proxyName(call.name)
  if (call.kind.plural === 'pods') return podTarget(call, wanted)
  if (call.kind.plural === 'services') return serviceTarget(call, wanted)
  return nodeTarget(call, wanted, kubelets)
}

const schemeOf = (wanted: ProxyName) => (wanted.scheme === '' ? 'http' : wanted.scheme)

function portNumber(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65535) throw badRequest(`invalid port ${JSON.stringify(text)}`)
  return port
}

async function podTarget(call: SubresourceCall, wanted: ProxyName): Promise<Target> {
  const pod = (await call.related('', 'pods', call.namespace, wanted.name)) as unknown as Pod
  const address = pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP ?? ''
  checkProxyable(address)
  const first = pod.spec?.containers?.flatMap(({ ports }) => ports ?? [])[0]?.containerPort
  const port = wanted.port === '' ? (first ?? 80) : portNumber(wanted.port)
  return { scheme: schemeOf(wanted), host: address, port }
}

async function serviceTarget(call: SubresourceCall, wanted: ProxyName): Promise<Target> {
  const service = (await call.related('', 'services', call.namespace, wanted.name)) as unknown as Service
  const ports = service.spec?.ports ?? []
  const found =
    wanted.port === '' && ports.length === 1
      ? ports[0]
      : ports.find((port) => port.name === wanted.port || String(port.port) === wanted.port)
  const noEndpoints = new ApiError(
    'ServiceUnavailable',
    `no endpoints available for service ${JSON.stringify(wanted.name)}`,
  )
  if (!found)
    throw new ApiError(
      'ServiceUnavailable',
      `no service port ${JSON.stringify(wanted.port)} found for service ${JSON.stringify(wanted.name)}`,
    )
  const endpoints = (await call.related('', 'endpoints', call.namespace, wanted.name)) as unknown as Endpoints
  for (const subset of endpoints.subsets ?? []) {
    const port = subset.ports?.find((one) => (one.name ?? '') === (found.name ?? ''))
    const addresses = subset.addresses ?? []
    if (!port || addresses.length === 0) continue
    const chosen = addresses[Math.floor(call.server.parts.random.next() * addresses.length)]
    const host = chosen?.ip ?? ''
    checkProxyable(host)
    return { scheme: schemeOf(wanted), host, port: port.port }
  }
  throw noEndpoints
}

async function nodeTarget(
  call: SubresourceCall,
  wanted: ProxyName,
  kubelets: KubeletClient,
): Promise<Target> {
  const node = (await call.related('', 'nodes', '', wanted.name)) as unknown as Node
  const kubelet = await kubelets.target(call, wanted.name)
  if (wanted.port === '' || portNumber(wanted.port) === kubelet.port) return kubelet
  const host = node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address
  if (host === undefined) throw notFound({ group: '', resource: 'nodes' }, wanted.name)
  checkProxyable(host)
  return { scheme: schemeOf(wanted), host, port: portNumber(wanted.port) }
}
