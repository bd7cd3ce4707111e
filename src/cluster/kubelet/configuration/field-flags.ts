import { boolKind, durationKind, type Flags, flag, intKind, stringKind } from '#base/flags'

/** Flags for what only a configuration file says at upstream; --help passes over them. */
export const fieldFlags = {
  nodeStatusReportFrequency: flag(
    'node-status-report-frequency',
    durationKind,
    0,
    'How often an unchanged state of the node is told. Unset: every five minutes.',
    { hidden: true },
  ),
  nodeLeaseDurationSeconds: flag(
    'node-lease-duration-seconds',
    intKind,
    40,
    "How long the node's lease lasts. It is renewed after a quarter of that.",
    { hidden: true },
  ),
  maxParallelImagePulls: flag(
    'max-parallel-image-pulls',
    intKind,
    0,
    'How many images are pulled at a time where they are not pulled one by one. 0: any number.',
    { hidden: true },
  ),
  containerLogMonitorInterval: flag(
    'container-log-monitor-interval',
    durationKind,
    10_000,
    'How often the lengths of logs are looked at.',
    { hidden: true },
  ),
  enableSystemLogHandler: flag(
    'enable-system-log-handler',
    boolKind,
    true,
    "Serve the node's log folder below /logs/.",
    { hidden: true },
  ),
  shutdownGracePeriod: flag(
    'shutdown-grace-period',
    durationKind,
    0,
    'How long a shutdown of the node waits for pods. 0: it does not.',
    { hidden: true },
  ),
  shutdownGracePeriodCriticalPods: flag(
    'shutdown-grace-period-critical-pods',
    durationKind,
    0,
    'How much of that is for critical pods, which end after the others.',
    { hidden: true },
  ),
  shutdownGracePeriodByPodPriority: flag(
    'shutdown-grace-period-by-pod-priority',
    stringKind,
    '',
    'In place of both: a JSON list of priorities with the seconds that pods of them have.',
    { hidden: true },
  ),
} satisfies Flags
