import { boolKind, durationKind, type Flags, flag, intKind, stringKind } from '#base/flags'

const modes = 'batch, blocking, blocking-strict'

/** The flags of audit events. */
export const auditFlags = {
  auditPolicyFile: flag(
    'audit-policy-file',
    stringKind,
    '',
    'File with the Policy (audit.k8s.io/v1) that says what is told of which requests.',
  ),
  auditLogPath: flag(
    'audit-log-path',
    stringKind,
    '',
    "File that audit events are written to. '-' is the standard output. Unset: there is no such log.",
  ),
  auditLogMode: flag(
    'audit-log-mode',
    stringKind,
    'blocking',
    `How events are written: later and many at once, before the answer, or before the request is let in. Known: ${modes}.`,
  ),
  auditLogFormat: flag(
    'audit-log-format',
    stringKind,
    'json',
    'How an event is written: json, or legacy for a line of text.',
  ),
  auditLogMaxage: flag('audit-log-maxage', intKind, 0, 'The days that old logs are kept. 0 means for ever.'),
  auditLogMaxbackup: flag('audit-log-maxbackup', intKind, 0, 'How many old logs are kept. 0 means all.'),
  auditLogMaxsize: flag(
    'audit-log-maxsize',
    intKind,
    0,
    'The megabytes at which a log is put aside and another begun. 0 means 100.',
  ),
  auditLogCompress: flag('audit-log-compress', boolKind, false, 'Whether old logs are compressed with gzip.'),
  auditLogBufferSize: flag(
    'audit-log-batch-buffer-size',
    intKind,
    10_000,
    'How many events may wait to be written in the mode batch.',
  ),
  auditLogBatchSize: flag('audit-log-batch-max-size', intKind, 1, 'How many events are written at once.'),
  auditLogBatchWait: flag(
    'audit-log-batch-max-wait',
    durationKind,
    0,
    'How long an event waits for others to be written with.',
  ),
  auditWebhookConfigFile: flag(
    'audit-webhook-config-file',
    stringKind,
    '',
    'A kubeconfig that leads to a server which audit events are sent to. Unset: there is none.',
  ),
  auditWebhookMode: flag(
    'audit-webhook-mode',
    stringKind,
    'batch',
    `How events are sent: later and many at once, before the answer, or before the request is let in. Known: ${modes}.`,
  ),
  auditWebhookBackoff: flag(
    'audit-webhook-initial-backoff',
    durationKind,
    10_000,
    'How long to wait before events are sent again that were not taken.',
  ),
  auditWebhookBufferSize: flag(
    'audit-webhook-batch-buffer-size',
    intKind,
    10_000,
    'How many events may wait to be sent in the mode batch.',
  ),
  auditWebhookBatchSize: flag(
    'audit-webhook-batch-max-size',
    intKind,
    400,
    'How many events are sent at once.',
  ),
  auditWebhookBatchWait: flag(
    'audit-webhook-batch-max-wait',
    durationKind,
    30_000,
    'How long an event waits for others to be sent with.',
  ),
  auditWebhookThrottle: flag(
    'audit-webhook-batch-throttle-enable',
    boolKind,
    true,
    'Whether there is a limit on batches a second.',
  ),
  auditWebhookQps: flag(
    'audit-webhook-batch-throttle-qps',
    intKind,
    10,
    'How many batches a second are sent.',
  ),
  auditWebhookBurst: flag(
    'audit-webhook-batch-throttle-burst',
    intKind,
    15,
    'How many batches may be sent at once after a while without any.',
  ),
} satisfies Flags
