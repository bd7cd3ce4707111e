import { pluginNames } from '#apiserver'
import { FlagError } from '#base/flags'
import { defaultAdmission } from '../options.ts'

/** Upstream's plugins that are not here: to turn them off says nothing wrong. */
const upstreamOnly: readonly string[] = [
  'CertificateApproval',
  'CertificateSigning',
  'CertificateSubjectRestriction',
  'ClusterTrustBundleAttest',
  'ImagePolicyWebhook',
  'LimitPodHardAntiAffinityTopology',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionWebhook',
  'NamespaceAutoProvision',
  'NamespaceExists',
  'NodeDeclaredFeatureValidator',
  'PodNodeSelector',
  'PodTolerationRestriction',
  'PodTopologyLabels',
  'ResourceQuota',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionWebhook',
]

/** The flags that choose admission plugins. */
export interface AdmissionFlags {
  readonly admissionControl: readonly string[]
  readonly enableAdmission: readonly string[]
  readonly disableAdmission: readonly string[]
}

/** The plugins that the flags turn on. @throws FlagError for names that no plugin has, and flags that contradict each other. */
export function admissionNames(flags: AdmissionFlags): readonly string[] {
  const { admissionControl, enableAdmission, disableAdmission } = flags
  const faults = [...flagFaults(flags)]
  if (faults.length > 0)
    throw new FlagError(faults.length === 1 ? (faults[0] as string) : `[${faults.join(', ')}]`)
  if (admissionControl.length > 0) return admissionControl
  const off = new Set(disableAdmission)
  return [...new Set([...defaultAdmission, ...enableAdmission])].filter((name) => !off.has(name))
}

function* flagFaults({ admissionControl, enableAdmission, disableAdmission }: AdmissionFlags) {
  const isChosen = enableAdmission.length > 0 || disableAdmission.length > 0
  if (admissionControl.length > 0 && isChosen)
    yield 'admission-control and enable-admission-plugins/disable-admission-plugins flags are mutually exclusive'
  yield* unknownFaults('admission-control', admissionControl, [])
  yield* unknownFaults('enable-admission-plugins', enableAdmission, [])
  yield* unknownFaults('disable-admission-plugins', disableAdmission, upstreamOnly)
  const both = [...new Set(enableAdmission)].filter((name) => disableAdmission.includes(name)).sort()
  if (both.length > 0)
    yield `[${both.join(' ')}] in enable-admission-plugins and disable-admission-plugins overlapped`
}

function* unknownFaults(flag: string, names: readonly string[], more: readonly string[]) {
  for (const name of names) {
    if (pluginNames.includes(name) || more.includes(name)) continue
    const end = upstreamOnly.includes(name) ? 'not available' : 'unknown'
    yield `${flag} plugin ${JSON.stringify(name)} is ${end}`
  }
}
