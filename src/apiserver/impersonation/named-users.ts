import { dnsLabelFaults, subdomainFaults } from '#schema/name-rules'

const nodePrefix = 'system:node:'
const accountPrefix = 'system:serviceaccount:'

/** The node that a user's name stands for. */
export function nodeOf(userName: string): string | undefined {
  if (!userName.startsWith(nodePrefix)) return undefined
  const name = userName.slice(nodePrefix.length)
  return subdomainFaults(name).length === 0 ? name : undefined
}

/** The service account that a user's name stands for. */
export function accountOf(userName: string): { namespace: string; name: string } | undefined {
  if (!userName.startsWith(accountPrefix)) return undefined
  const [namespace = '', name = '', ...rest] = userName.slice(accountPrefix.length).split(':')
  if (rest.length > 0 || dnsLabelFaults(namespace).length > 0 || subdomainFaults(name).length > 0)
    return undefined
  return { namespace, name }
}
