import type { TypeTexts } from './texts.ts'

/** Fields that mean something else, or more, in one type than their names say elsewhere. */
export const ownTexts: TypeTexts = {
  ObjectMeta: {
    name: 'The name, unique among objects of the kind in the namespace. It cannot be changed.',
    namespace: 'The namespace of the object. Objects outside of namespaces have none. It cannot be changed.',
    uid: 'The unique identifier of the object, in time and space. Set by the system.',
    resourceVersion:
      'Changes with every write. Sent with an update, it says which state the update is for. Only to be compared, not to be made.',
  },
  OwnerReference: {
    controller: 'True for the owner that manages this object.',
    name: 'The name of the owner.',
    uid: 'The unique identifier of the owner.',
    apiVersion: 'The API version of the owner.',
    kind: 'The kind of the owner.',
  },
  ListMeta: { resourceVersion: 'The version of the list as a whole: a watch can begin from it.' },
  LabelSelectorRequirement: {
    key: 'The key of the label.',
    operator: 'In, NotIn, Exists or DoesNotExist.',
    values: 'The values. None for Exists and DoesNotExist.',
  },
  NodeSelectorRequirement: {
    key: 'The key of the label or field.',
    operator: 'In, NotIn, Exists, DoesNotExist, Gt or Lt.',
    values: 'The values. None for Exists and DoesNotExist, one number for Gt and Lt.',
  },
  Container: {
    name: 'The name of the container, unique in the pod. It cannot be changed.',
    image: 'The image of the container. In templates it may be left out where something fills it in.',
    ports: 'Ports of the container. For information: others can be reached too.',
    resources: 'How much CPU, memory and the like the container needs, and how much it may use.',
    restartPolicy:
      'When this container is restarted, whatever the pod says. Always in an init container makes it a sidecar.',
    securityContext: 'With which rights the container runs. It goes before what the pod says.',
  },
  ContainerPort: {
    name: 'A name for the port, by which services can refer to it.',
    hostIP: 'The address of the node to which the port is bound.',
  },
  ContainerResizePolicy: { restartPolicy: 'NotRequired (by default) or RestartContainer.' },
  ContainerStatus: {
    name: 'The name of the container.',
    image: 'The image that the container runs.',
    ready: 'True when the readiness probe succeeds.',
    resources: 'The resources that the running container has.',
    user: 'The user as which the first process runs.',
    volumeMounts: 'The state of the mounts.',
  },
  EnvVar: {
    name: 'The name of the variable.',
    value: 'The value. $(NAME) stands for a variable that is set before; $$ for a dollar.',
  },
  Pod: {
    spec: 'How the pod is to run: its containers, volumes, node and rights.',
    status: 'How the pod is doing, as the node last reported.',
  },
  PodSpec: {
    containers: 'The containers. There must be at least one. They cannot be added or removed later.',
    hostname: 'The host name of the pod. Its name by default.',
    nodeName: 'The node that runs the pod. Usually set by the scheduler.',
    priority: 'The priority of the pod. Set from its class.',
    resources: 'Resources of the pod as a whole.',
    restartPolicy: 'When containers are restarted: Always (by default), OnFailure or Never.',
    securityContext: 'With which rights the containers run.',
    tolerations: 'The taints of nodes that do not keep the pod away.',
  },
  PodStatus: {
    conditions: 'How far the pod has come: PodScheduled, Initialized, ContainersReady, Ready and others.',
    message: 'Why the pod is in this state, for people.',
    phase: 'Pending, Running, Succeeded, Failed or Unknown.',
    reason: 'Why the pod is in this state, in a word.',
    startTime: 'When the node took up the pod.',
    resources: 'The resources that the pod as a whole has.',
  },
  Volume: { name: 'The name of the volume, unique in the pod.' },
  VolumeMount: {
    name: 'The name of a volume of the pod.',
    readOnly: 'True to mount it so that it cannot be written. False by default.',
  },
  HTTPGetAction: {
    host: "The host that is asked. The pod's address by default.",
    port: 'The port, as a number or a name.',
  },
  TCPSocketAction: {
    host: "The host. The pod's address by default.",
    port: 'The port, as a number or a name.',
  },
  GRPCAction: { service: 'The name of the service that is asked about. The whole server by default.' },
  Probe: {
    timeoutSeconds: 'After how many seconds the check has failed. 1 by default.',
    periodSeconds: 'How often, in seconds, it is made. 10 by default.',
  },
  ResourceRequirements: {
    claims: 'The claims of the pod that the container uses.',
    limits: 'The most that it may use.',
    requests: 'What it needs at least. The limits by default.',
  },
  ResourceClaim: {
    name: 'The name of a claim of the pod.',
    request: "One of the claim's requests. All by default.",
  },
  Toleration: {
    effect: 'The effect that is tolerated. All when it is empty.',
    key: 'The key of the taint. All when it is empty, with Exists.',
    operator: 'Equal (by default), Exists, Lt or Gt.',
    value: 'The value of the taint. Empty with Exists.',
  },
  Taint: { key: 'The key of the taint.', value: 'The value of the taint.' },
  Service: {
    spec: 'Which pods the service is for, and how they are reached.',
    status: 'The state of the service: its load balancer.',
  },
  ServiceSpec: {
    ports: 'The ports of the service.',
    selector: 'Labels of the pods that the service is for. Without it, somebody else sets the endpoints.',
    type: 'ClusterIP (by default), NodePort, LoadBalancer or ExternalName.',
  },
  ServicePort: {
    name: 'The name of the port. Needed when there are several.',
    port: 'The port of the service.',
  },
  Node: { spec: 'What the node is to be like.', status: 'What the node is like, as it last reported.' },
  NodeStatus: {
    addresses: 'The addresses of the node.',
    capacity: 'How much of each resource the node has in all.',
    conditions: 'How the node is: Ready, MemoryPressure, DiskPressure, PIDPressure, NetworkUnavailable.',
    config: 'No longer used.',
    phase: 'No longer used.',
    features: 'What the node can do.',
  },
  NodeAddress: {
    address: 'The address.',
    type: 'Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.',
  },
  Namespace: { spec: 'What keeps the namespace from going.', status: 'Where the namespace is in its life.' },
  NamespaceStatus: { phase: 'Active or Terminating.' },
  Deployment: {
    spec: 'How many pods there should be, and what they are like.',
    status: 'How many pods there are, as last observed.',
  },
  DeploymentSpec: {
    replicas: 'How many pods there should be. 1 by default.',
    selector:
      'Which pods belong to the deployment. It must match the labels of the template and cannot be changed.',
    strategy: 'How old pods are replaced by new ones.',
    template: 'The template of the pods. Its restart policy must be Always.',
  },
  DeploymentStatus: {
    replicas: 'How many pods there are that are not ending.',
    conditions: 'How far the deployment has come: Available, Progressing, ReplicaFailure.',
  },
  DeploymentStrategy: { type: 'RollingUpdate (by default) or Recreate.' },
  RollingUpdateDeployment: {
    maxSurge:
      'How many pods there may be above the wanted number while pods are replaced, as a number or a percentage. 25% by default.',
    maxUnavailable:
      'How many pods may be unavailable while pods are replaced, as a number or a percentage. 25% by default.',
  },
  ReplicaSetSpec: {
    replicas: 'How many pods there should be. 1 by default.',
    selector: 'Which pods belong to the set. It must match the labels of the template and cannot be changed.',
    template: 'The template of the pods.',
  },
  StatefulSetSpec: {
    replicas: 'How many pods there should be. 1 by default.',
    selector: 'Which pods belong to the set. It must match the labels of the template and cannot be changed.',
    template: 'The template of the pods.',
  },
  DaemonSetSpec: {
    selector: 'Which pods belong to the set. It must match the labels of the template and cannot be changed.',
    template: 'The template of the pods.',
  },
  JobSpec: {
    parallelism: 'How many pods may run at the same time. 1 by default.',
    selector: 'Which pods belong to the job. Set by the system as a rule.',
    template: 'The template of the pods. Its restart policy must be Never or OnFailure.',
  },
  ConfigMap: {
    data: 'Text by key. Keys consist of letters, digits, "-", "_" and ".".',
  },
  Secret: {
    data: 'Bytes by key, in base64. Keys consist of letters, digits, "-", "_" and ".".',
    type: 'What the secret is for, such as Opaque or kubernetes.io/tls. It cannot be changed.',
  },
  HostPathVolumeSource: {
    path: 'The path on the node.',
    type: 'What must be there or is made: "", DirectoryOrCreate, Directory, FileOrCreate, File, Socket, CharDevice or BlockDevice.',
  },
  Status: {
    status: 'Success or Failure.',
    message: 'What happened, for people.',
    reason: 'Why it failed, in a word.',
  },
  Event: {
    type: 'Normal or Warning.',
    reason: 'Why it happened, in a word.',
    message: 'What happened, for people.',
    action: 'What was done.',
  },
  PersistentVolumeStatus: { phase: 'Pending, Available, Bound, Released or Failed.' },
  PersistentVolumeClaimStatus: { phase: 'Pending, Bound or Lost.', capacity: 'How much the volume holds.' },
  PersistentVolumeClaimSpec: {
    volumeName: 'The volume that the claim is bound to.',
    resources: 'How much storage is needed.',
  },
  IngressRule: { host: 'The host, or "*." and a domain for all hosts of it. All hosts when it is empty.' },
  Subject: { name: 'The name of the subject.', namespace: 'The namespace, for service accounts.' },
  Scale: { spec: 'How many there should be.', status: 'How many there are.' },
}
