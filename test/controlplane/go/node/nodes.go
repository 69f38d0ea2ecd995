package main

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	coordination "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// A node has the addresses prefix.1 (its own) to prefix.254.
type node struct {
	name, prefix string
	lastAddress  int
	started      time.Time
}

func parseNodes(text string) map[string]*node {
	nodes := map[string]*node{}
	for _, one := range strings.Split(text, ",") {
		name, prefix, _ := strings.Cut(one, "=")
		nodes[name] = &node{name: name, prefix: prefix, lastAddress: 9, started: time.Now()}
	}
	return nodes
}

func (n *node) address() string { return n.prefix + ".1" }

func (n *node) nextAddress() string {
	n.lastAddress++
	return fmt.Sprintf("%s.%d", n.prefix, n.lastAddress)
}

// register creates the Node with its status, and keeps its Lease until ctx ends.
func (n *node) register(ctx context.Context, client kubernetes.Interface) error {
	capacity := core.ResourceList{
		core.ResourceCPU: resource.MustParse("4"), core.ResourceMemory: resource.MustParse("8Gi"), core.ResourcePods: resource.MustParse("110"),
	}
	object := &core.Node{
		ObjectMeta: meta.ObjectMeta{Name: n.name, Labels: map[string]string{
			"kubernetes.io/hostname": n.name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
		}},
		Spec: core.NodeSpec{PodCIDR: n.prefix + ".0/24"},
	}
	created, err := client.CoreV1().Nodes().Create(ctx, object, meta.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		created, err = client.CoreV1().Nodes().Get(ctx, n.name, meta.GetOptions{})
	}
	if err != nil {
		return err
	}
	now := meta.Now()
	created.Status = core.NodeStatus{
		Capacity: capacity, Allocatable: capacity,
		Conditions: []core.NodeCondition{{
			Type: core.NodeReady, Status: core.ConditionTrue, Reason: "KubeletReady", Message: "kubelet is posting ready status",
			LastHeartbeatTime: now, LastTransitionTime: now,
		}},
		Addresses: []core.NodeAddress{
			{Type: core.NodeInternalIP, Address: n.address()}, {Type: core.NodeHostName, Address: n.name},
		},
		DaemonEndpoints: core.NodeDaemonEndpoints{KubeletEndpoint: core.DaemonEndpoint{Port: kubeletPort}},
		NodeInfo: core.NodeSystemInfo{
			KubeletVersion: "v1.37.2", OperatingSystem: "linux", Architecture: "amd64", OSImage: "process", ContainerRuntimeVersion: "process://1",
		},
	}
	if _, err := client.CoreV1().Nodes().UpdateStatus(ctx, created, meta.UpdateOptions{}); err != nil {
		return err
	}
	go n.keepLease(ctx, client)
	return nil
}

func (n *node) keepLease(ctx context.Context, client kubernetes.Interface) {
	leases := client.CoordinationV1().Leases("kube-node-lease")
	seconds := int32(40)
	for {
		now := meta.NewMicroTime(time.Now())
		lease, err := leases.Get(ctx, n.name, meta.GetOptions{})
		switch {
		case apierrors.IsNotFound(err):
			_, err = leases.Create(ctx, &coordination.Lease{
				ObjectMeta: meta.ObjectMeta{Name: n.name},
				Spec:       coordination.LeaseSpec{HolderIdentity: &n.name, LeaseDurationSeconds: &seconds, RenewTime: &now},
			}, meta.CreateOptions{})
		case err == nil:
			lease.Spec.RenewTime = &now
			_, err = leases.Update(ctx, lease, meta.UpdateOptions{})
		}
		if err != nil && ctx.Err() == nil {
			log.Printf("lease of %s: %v", n.name, err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(10 * time.Second):
		}
	}
}
