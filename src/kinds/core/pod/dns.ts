import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import { underscoreSubdomainFaults } from '#schema/field-names'
import { ipFaults } from '#schema/ip'
import { subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../../each-fault.ts'
import type { PodDNSConfig, PodSpec } from '../../gen/core-v1.ts'

const policies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const nameserversMax = 3
const searchesMax = 32
const searchCharactersMax = 2048
const path = 'spec.dnsConfig'

function* searchErrors(searches: readonly string[]): Iterable<FieldError> {
  const at = `${path}.searches`
  if (searches.length > searchesMax) {
    yield invalid(at, searches, `must not have more than ${searchesMax} search paths`)
  }
  if (searches.join(' ').length > searchCharactersMax) {
    const text = `must not have more than ${searchCharactersMax} characters (including spaces) in the search list`
    yield invalid(at, searches, text)
  }
  for (const [i, search] of searches.entries()) {
    if (search === '.') continue
    const name = search.replace(/\.$/, '')
    yield* eachFault(`${at}[${i}]`, name, underscoreSubdomainFaults(name))
  }
}

function* configErrors({
  nameservers = [],
  searches = [],
  options = [],
}: PodDNSConfig): Iterable<FieldError> {
  if (nameservers.length > nameserversMax) {
    const text = `must not have more than ${nameserversMax} nameservers`
    yield invalid(`${path}.nameservers`, nameservers, text)
  }
  for (const [i, server] of nameservers.entries()) {
    yield* eachFault(`${path}.nameservers[${i}]`, server, ipFaults(server))
  }
  yield* searchErrors(searches)
  for (const [i, { name = '' }] of options.entries()) {
    if (name === '') yield required(`${path}.options[${i}]`, 'must not be empty')
  }
}

/** Faults of where a pod's policy for names lies. */
export function* dnsPolicyErrors({ dnsPolicy = '' }: PodSpec): Iterable<FieldError> {
  if (dnsPolicy === '') yield required('spec.dnsPolicy')
  else if (!policies.includes(dnsPolicy)) yield notSupported('spec.dnsPolicy', dnsPolicy, policies)
}

/** Faults of how a pod looks up names. */
export function* dnsConfigErrors({ dnsConfig, dnsPolicy }: PodSpec): Iterable<FieldError> {
  if (dnsPolicy === 'None' && !dnsConfig) {
    yield required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')
  } else if (dnsPolicy === 'None' && (dnsConfig?.nameservers?.length ?? 0) === 0) {
    const text = 'must provide at least one DNS nameserver when `dnsPolicy` is None'
    yield required(`${path}.nameservers`, text)
  } else if (dnsConfig) yield* configErrors(dnsConfig)
}

/** Faults of the names that a pod's hosts file adds. */
export function* hostAliasErrors({ hostAliases = [] }: PodSpec): Iterable<FieldError> {
  for (const [i, { ip, hostnames = [] }] of hostAliases.entries()) {
    const at = `spec.hostAliases[${i}]`
    yield* eachFault(`${at}.ip`, ip, ipFaults(ip))
    for (const [j, name] of hostnames.entries()) {
      yield* eachFault(`${at}.hostnames[${j}]`, name, subdomainFaults(name))
    }
  }
}
