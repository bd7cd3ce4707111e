/** The numbers of the runtime interface's enumerations. */
export const protocolNumber = { TCP: 0, UDP: 1, SCTP: 2 } as const
/** How mounts made later pass between the host and a container. */
export const propagationNumber = { None: 0, HostToContainer: 1, Bidirectional: 2 } as const
/** Whose namespace a process is in. */
export const namespaceNumber = { pod: 0, container: 1, node: 2, target: 3 } as const
/** Which profile confines a process. */
export const profileNumber = { RuntimeDefault: 0, Unconfined: 1, Localhost: 2 } as const
/** Whether the groups that the image gives its user are added. */
export const groupsPolicyNumber = { Merge: 0, Strict: 1 } as const
/** The state of a sandbox that works. */
export const sandboxReady = 0
/** States of a container by number. */
export const containerStates = ['created', 'running', 'exited', 'unknown'] as const
