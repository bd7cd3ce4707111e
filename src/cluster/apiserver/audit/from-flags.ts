import { FlagError, type Values } from '#base/flags'
import type { auditFlags } from './flags.ts'
import { type AuditMode, auditModes, type AuditSettings } from './settings.ts'

const dayMs = 86_400_000
const defaultMegabytes = 100

/** What the --audit-* flags say; undefined where nothing is to be told. @throws FlagError for values that cannot be. */
export function auditFromFlags(values: Values<typeof auditFlags>): AuditSettings | undefined {
  const { auditPolicyFile: policyFile, auditLogPath, auditWebhookConfigFile } = values
  const settings = {
    policyFile,
    ...(auditLogPath !== '' && { log: logSettings(values) }),
    ...(auditWebhookConfigFile !== '' && { webhook: webhookSettings(values) }),
  }
  // Upstream tells nothing where no policy says what.
  if (policyFile === '' || (settings.log === undefined && settings.webhook === undefined)) return undefined
  return settings
}

function logSettings(values: Values<typeof auditFlags>): NonNullable<AuditSettings['log']> {
  const { auditLogFormat: format } = values
  if (format !== 'json' && format !== 'legacy')
    throw new FlagError(
      `invalid audit log format ${JSON.stringify(format)}, allowed formats are "legacy,json"`,
    )
  return {
    path: values.auditLogPath,
    mode: modeOf('log', values.auditLogMode),
    format,
    rotation: {
      bytesMax: (notNegative('maxsize', values.auditLogMaxsize) || defaultMegabytes) << 20,
      backupsMax: notNegative('maxbackup', values.auditLogMaxbackup),
      ageMaxMs: notNegative('maxage', values.auditLogMaxage) * dayMs,
      compress: values.auditLogCompress,
    },
    batch: {
      bufferMax: values.auditLogBufferSize,
      sizeMax: atLeastOne('log', values.auditLogBatchSize, values.auditLogBufferSize),
      waitMs: values.auditLogBatchWait,
      perSecond: 0,
      burst: 0,
    },
  }
}

function webhookSettings(values: Values<typeof auditFlags>): NonNullable<AuditSettings['webhook']> {
  return {
    kubeconfig: values.auditWebhookConfigFile,
    mode: modeOf('webhook', values.auditWebhookMode),
    backoffMs: values.auditWebhookBackoff,
    batch: {
      bufferMax: values.auditWebhookBufferSize,
      sizeMax: atLeastOne('webhook', values.auditWebhookBatchSize, values.auditWebhookBufferSize),
      waitMs: values.auditWebhookBatchWait,
      perSecond: values.auditWebhookThrottle ? values.auditWebhookQps : 0,
      burst: values.auditWebhookBurst,
    },
  }
}

function modeOf(backend: string, mode: string): AuditMode {
  if (!auditModes.includes(mode as AuditMode))
    throw new FlagError(
      `invalid audit ${backend} mode ${mode}, allowed modes are ${JSON.stringify(auditModes.join(','))}`,
    )
  return mode as AuditMode
}

function notNegative(name: string, value: number): number {
  if (value < 0) throw new FlagError(`--audit-log-${name} ${value} can't be a negative number`)
  return value
}

function atLeastOne(backend: string, size: number, buffer: number): number {
  if (buffer <= 0)
    throw new FlagError(`invalid audit batch ${backend} buffer size ${buffer}, must be a positive number`)
  if (size <= 0)
    throw new FlagError(`invalid audit batch ${backend} max batch size ${size}, must be a positive number`)
  return size
}
