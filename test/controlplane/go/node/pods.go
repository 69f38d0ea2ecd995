package main

import (
	"context"
	"log"
	"net"
	"strconv"
	"sync"
	"time"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// neverReady is the annotation of a pod that runs, and is not ready.
const neverReady = "node.test/never-ready"

// pods are the pods of all nodes: each one a process, or nothing at all when its container has no command.
type pods struct {
	client kubernetes.Interface
	config *rest.Config
	folder string
	nodes  map[string]*node

	mutex   sync.Mutex
	running map[types.UID]*runningPod
}

type runningPod struct {
	namespace, name, node, address string
	containers                     []string
	logFile                        string
	process                        *process
}

func newPods(client kubernetes.Interface, config *rest.Config, folder string, nodes map[string]*node) *pods {
	return &pods{client: client, config: config, folder: folder, nodes: nodes, running: map[types.UID]*runningPod{}}
}

func (p *pods) watch(ctx context.Context, factory informers.SharedInformerFactory) {
	take := func(object any) {
		if pod, ok := object.(*core.Pod); ok && p.nodes[pod.Spec.NodeName] != nil {
			p.take(ctx, pod.DeepCopy())
		}
	}
	_, err := factory.Core().V1().Pods().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    take,
		UpdateFunc: func(_, object any) { take(object) },
		DeleteFunc: func(object any) {
			if pod, ok := object.(*core.Pod); ok {
				p.remove(pod.UID)
			}
		},
	})
	if err != nil {
		log.Fatal(err)
	}
}

func (p *pods) take(ctx context.Context, pod *core.Pod) {
	if pod.DeletionTimestamp != nil {
		p.remove(pod.UID)
		now := int64(0)
		err := p.client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, meta.DeleteOptions{GracePeriodSeconds: &now, Preconditions: &meta.Preconditions{UID: &pod.UID}})
		if err != nil && !apierrors.IsNotFound(err) {
			log.Printf("delete %s/%s: %v", pod.Namespace, pod.Name, err)
		}
		return
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.running[pod.UID] != nil {
		return
	}
	running := &runningPod{namespace: pod.Namespace, name: pod.Name, node: pod.Spec.NodeName, address: p.nodes[pod.Spec.NodeName].nextAddress()}
	for _, container := range pod.Spec.Containers {
		running.containers = append(running.containers, container.Name)
	}
	p.running[pod.UID] = running
	go p.start(ctx, pod, running)
}

// start runs the pod's process, and says in its status that it runs, and later that it is ready.
func (p *pods) start(ctx context.Context, pod *core.Pod, running *runningPod) {
	process, logFile, err := startProcess(ctx, p, pod, running.address)
	if err != nil {
		log.Printf("start %s/%s: %v", pod.Namespace, pod.Name, err)
	}
	p.mutex.Lock()
	running.process, running.logFile = process, logFile
	_, wanted := p.running[pod.UID]
	p.mutex.Unlock()
	if !wanted {
		process.kill()
		return
	}
	p.report(ctx, pod, running.address, false)
	if _, never := pod.Annotations[neverReady]; never || err != nil {
		return
	}
	for !listens(pod, running.address) {
		if ctx.Err() != nil || !p.has(pod.UID) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.report(ctx, pod, running.address, true)
}

// listens tells whether the first port of a pod with a process accepts connections.
func listens(pod *core.Pod, address string) bool {
	container := pod.Spec.Containers[0]
	if len(container.Command) == 0 || len(container.Ports) == 0 {
		return true
	}
	connection, err := net.DialTimeout("tcp", net.JoinHostPort(address, strconv.Itoa(int(container.Ports[0].ContainerPort))), time.Second)
	if err != nil {
		return false
	}
	connection.Close()
	return true
}

func (p *pods) report(ctx context.Context, pod *core.Pod, address string, ready bool) {
	for ctx.Err() == nil {
		current, err := p.client.CoreV1().Pods(pod.Namespace).Get(ctx, pod.Name, meta.GetOptions{})
		if err != nil || current.UID != pod.UID {
			return
		}
		current.Status = podStatus(current, p.nodes[pod.Spec.NodeName].address(), address, ready)
		_, err = p.client.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, current, meta.UpdateOptions{})
		if !apierrors.IsConflict(err) {
			if err != nil {
				log.Printf("status of %s/%s: %v", pod.Namespace, pod.Name, err)
			}
			return
		}
	}
}

func podStatus(pod *core.Pod, hostAddress, address string, ready bool) core.PodStatus {
	now := meta.Now()
	state := core.ConditionFalse
	reason := "ContainersNotReady"
	if ready {
		state, reason = core.ConditionTrue, ""
	}
	status := core.PodStatus{
		Phase: core.PodRunning, HostIP: hostAddress, PodIP: address, PodIPs: []core.PodIP{{IP: address}}, StartTime: &now, QOSClass: core.PodQOSBestEffort,
	}
	for _, kind := range []core.PodConditionType{core.PodInitialized, core.PodReady, core.ContainersReady, core.PodScheduled} {
		condition := core.PodCondition{Type: kind, Status: core.ConditionTrue, LastTransitionTime: now}
		if kind == core.PodReady || kind == core.ContainersReady {
			condition.Status, condition.Reason = state, reason
		}
		status.Conditions = append(status.Conditions, condition)
	}
	started := true
	for _, container := range pod.Spec.Containers {
		status.ContainerStatuses = append(status.ContainerStatuses, core.ContainerStatus{
			Name: container.Name, Ready: ready, Started: &started, Image: container.Image, ImageID: "process", ContainerID: "process://" + string(pod.UID),
			State: core.ContainerState{Running: &core.ContainerStateRunning{StartedAt: now}},
		})
	}
	return status
}

func (p *pods) has(uid types.UID) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.running[uid] != nil
}

func (p *pods) remove(uid types.UID) {
	p.mutex.Lock()
	running := p.running[uid]
	delete(p.running, uid)
	p.mutex.Unlock()
	if running != nil {
		running.process.kill()
	}
}

// find is the pod of that name on that node.
func (p *pods) find(node, namespace, name string) *runningPod {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, pod := range p.running {
		if pod.node == node && pod.namespace == namespace && pod.name == name {
			return pod
		}
	}
	return nil
}

// on are the pods of one node.
func (p *pods) on(node string) []*runningPod {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	var found []*runningPod
	for _, pod := range p.running {
		if pod.node == node {
			found = append(found, pod)
		}
	}
	return found
}

func (p *pods) killAll() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, pod := range p.running {
		pod.process.kill()
	}
}
