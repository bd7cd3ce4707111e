/** The tutorial's pod: nginx, and a second container that shows its log out of a folder that both share. */
export function tutorialManifest(nodeName: string, registry: string): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: nginx-server
spec:
  nodeName: ${nodeName}
  containers:
  - name: nginx-server
    image: ${registry}/nginx
    ports:
    - containerPort: 80
    volumeMounts:
    - mountPath: /var/log/nginx
      name: nginx-logs
  - name: log-output
    image: ${registry}/busybox
    command:
    - bin/sh
    args: [-c, 'tail -f /logdir/access.log']
    volumeMounts:
    - mountPath: /logdir
      name: nginx-logs
  volumes:
  - name: nginx-logs
    emptyDir: {}
`
}

/** The pod's name and namespace. */
export const tutorialPod = { name: 'nginx-server', namespace: 'default' } as const
