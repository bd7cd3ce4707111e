import type { ConfigMap, Endpoints, Secret, ServiceAccount } from '#kinds/gen/core-v1'
import { writeEvents } from './events.ts'
import { sortedEntries, writeHead, writeList } from './metadata.ts'
import { Page, type Surroundings } from './page.ts'

/** The bytes that a base64 text stands for. */
const byteCount = (base64: string) => Buffer.from(base64, 'base64').length

/** A ConfigMap with its data. */
export function describeConfigMap({ metadata, data, binaryData }: ConfigMap, around: Surroundings): string {
  const page = new Page()
  writeHead(page, metadata)
  page.raw('\nData\n====\n')
  for (const [key, value] of sortedEntries(data)) page.raw(`${key}:\n----\n${value}\n\n`)
  page.raw('\nBinaryData\n====\n')
  for (const [key, value] of sortedEntries(binaryData)) page.raw(`${key}: ${byteCount(value)} bytes\n`)
  page.raw('\n')
  writeEvents(page, around)
  return page.toString()
}

/** A Secret with the sizes of its data, and without the data. */
export function describeSecret({ metadata, data, type = '' }: Secret): string {
  const page = new Page()
  writeHead(page, metadata)
  page.raw(`\nType:\t${type}\n\nData\n====\n`)
  for (const [key, value] of sortedEntries(data)) page.line(0, `${key}:\t${byteCount(value)} bytes`)
  return page.toString()
}

/** A ServiceAccount with the secrets that it names. */
export function describeServiceAccount(account: ServiceAccount, around: Surroundings): string {
  const page = new Page()
  writeHead(page, account.metadata ?? {})
  writeList(
    page,
    'Image pull secrets',
    (account.imagePullSecrets ?? []).map(({ name = '' }) => name),
  )
  writeList(
    page,
    'Mountable secrets',
    (account.secrets ?? []).map(({ name = '' }) => name),
  )
  writeList(page, 'Tokens', [])
  writeEvents(page, around)
  return page.toString()
}

/** Endpoints with the addresses behind a service. */
export function describeEndpoints({ metadata, subsets = [] }: Endpoints, around: Surroundings): string {
  const page = new Page()
  writeHead(page, metadata)
  page.line(0, 'Subsets:')
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    page.line(1, `Addresses:\t${addresses.map(({ ip }) => ip).join(',') || '<none>'}`)
    page.line(1, `NotReadyAddresses:\t${notReadyAddresses.map(({ ip }) => ip).join(',') || '<none>'}`)
    if (ports.length > 0) {
      page.line(1, 'Ports:')
      page.line(2, 'Name\tPort\tProtocol')
      page.line(2, '----\t----\t--------')
      for (const { name, port, protocol } of ports) page.line(2, `${name || '<unset>'}\t${port}\t${protocol}`)
    }
    page.line(0, '')
  }
  writeEvents(page, around)
  return page.toString()
}
