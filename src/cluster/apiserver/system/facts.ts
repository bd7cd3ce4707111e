import { timeOf } from '#base/time'
import type { ConfigMap } from '#kinds/gen/core-v1'
import type { KubeObject } from '#schema/object'
import type { OwnAddress } from './own-address.ts'
import type { Wanted } from './wanted.ts'

/** What extension servers must know to take this server's word on who asks. */
export const clientCaFacts = ({ clientCa, proxies }: Pick<OwnAddress, 'clientCa' | 'proxies'>): Wanted =>
  facts('extension-apiserver-authentication', {
    ...(clientCa !== undefined && { 'client-ca-file': clientCa }),
    ...(proxies && proxyFacts(proxies)),
  })

const proxyFacts = ({ ca, headers }: NonNullable<OwnAddress['proxies']>) => ({
  'requestheader-allowed-names': JSON.stringify(headers.allowedNames),
  'requestheader-client-ca-file': ca,
  'requestheader-extra-headers-prefix': JSON.stringify(headers.extraPrefixes),
  'requestheader-group-headers': JSON.stringify(headers.group),
  'requestheader-uid-headers': JSON.stringify(headers.uid),
  'requestheader-username-headers': JSON.stringify(headers.username),
})

/** Since when the use of long-lived tokens of service accounts is noted: the first start. */
export const tokenUseFacts = (now: number): Wanted => ({
  ...facts('kube-apiserver-legacy-service-account-token-tracking', { since: timeOf(now).slice(0, 10) }),
  repair: () => undefined,
})

function facts(name: string, data: Readonly<Record<string, string>>): Wanted {
  const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, namespace: 'kube-system' }, data }
  return {
    object: object as unknown as KubeObject,
    repair(found) {
      const held = (found as ConfigMap).data ?? {}
      if (Object.entries(data).every(([key, text]) => held[key] === text)) return undefined
      return { ...found, data: { ...held, ...data } } as unknown as KubeObject
    },
  }
}
