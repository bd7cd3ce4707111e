import type { Container, Pod } from '#kinds/gen/core-v1'
import type { ContainerConfig, NodeFacts } from '../contract.ts'
import { containerHash } from '../pod/container-hash.ts'
import { graceMsOf } from '../pod/grace.ts'
import { containerAnnotations, podLabels } from '../pod/labels.ts'
import { expand } from './expand.ts'
import { logFile } from './log-paths.ts'
import { linuxResources, type MachineMemory } from './resources.ts'
import { podLabelsOf } from './sandbox-config.ts'
import { containerSecurity, type SecuritySources } from './security.ts'

/** What was prepared for a container before it is made. */
export interface ContainerSources {
  readonly environment: ReadonlyMap<string, string>
  readonly mounts: NonNullable<ContainerConfig['mounts']>
  readonly imageRef: string
  readonly node: NodeFacts
  readonly security: SecuritySources
  readonly machine: MachineMemory
}

/** One instance of a container in the runtime interface's form. */
export function containerConfig(
  pod: Pod,
  container: Container,
  attempt: number,
  sources: ContainerSources,
): ContainerConfig {
  const env = sources.environment
  const filled = (text: string) => expand(text, (name) => env.get(name))
  return {
    metadata: { name: container.name, attempt },
    image: { image: sources.imageRef, userSpecifiedImage: container.image ?? '' },
    command: (container.command ?? []).map(filled),
    args: (container.args ?? []).map(filled),
    workingDir: container.workingDir ?? '',
    envs: [...env].map(([key, value]) => ({ key, value: new TextEncoder().encode(value) })),
    mounts: sources.mounts,
    labels: { ...podLabelsOf(pod), [podLabels.container]: container.name },
    annotations: annotationsOf(pod, container, attempt),
    logPath: logFile(container.name, attempt),
    stdin: container.stdin === true,
    stdinOnce: container.stdinOnce === true,
    tty: container.tty === true,
    linux: {
      resources: linuxResources(pod, container, sources.node.capacity, sources.machine),
      securityContext: containerSecurity(pod, container, sources.security),
    },
  }
}

const annotationsOf = (pod: Pod, container: Container, attempt: number) => ({
  [containerAnnotations.hash]: containerHash(container),
  [containerAnnotations.restartCount]: String(attempt),
  [containerAnnotations.messagePath]: container.terminationMessagePath ?? '/dev/termination-log',
  [containerAnnotations.messagePolicy]: container.terminationMessagePolicy ?? 'File',
  [containerAnnotations.grace]: String(graceMsOf(pod) / 1000),
  ...(container.ports && { [containerAnnotations.ports]: JSON.stringify(container.ports) }),
})
