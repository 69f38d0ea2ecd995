// Command node stands in for the nodes of a cluster: it is their kubelets and their kube-proxy in one process.
//
// A pod is a process of this machine, started with the first container's command on an address of its own; logs, exec and
// port-forward reach it through the streaming library of the real kubelet. A Service's ClusterIP is an address that is
// listened on while something listens on one of its ready endpoints, and refuses connections otherwise, as kube-proxy has it.
package main

import (
	"context"
	"crypto/tls"
	"flag"
	"log"
	"os/signal"
	"syscall"
	"time"

	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

func main() {
	log.SetFlags(log.Lmicroseconds)
	var kubeconfig, folder, nodes, certFile, keyFile string
	flag.StringVar(&kubeconfig, "kubeconfig", "", "kubeconfig of an administrator")
	flag.StringVar(&folder, "folder", "", "where pods keep their files and logs")
	flag.StringVar(&nodes, "nodes", "worker-1=10.244.1,worker-2=10.244.2", "name=prefix of the node's addresses")
	flag.StringVar(&certFile, "tls-cert-file", "", "serving certificate of the kubelets")
	flag.StringVar(&keyFile, "tls-private-key-file", "", "its key")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		log.Fatal(err)
	}
	config.QPS, config.Burst = 200, 400
	client := kubernetes.NewForConfigOrDie(config)
	certificate, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		log.Fatal(err)
	}

	pods := newPods(client, config, folder, parseNodes(nodes))
	for _, node := range pods.nodes {
		if err := node.register(ctx, client); err != nil {
			log.Fatal(err)
		}
		if err := serveKubelet(node, pods, certificate); err != nil {
			log.Fatal(err)
		}
	}
	factory := informers.NewSharedInformerFactory(client, 10*time.Second)
	pods.watch(ctx, factory)
	watchServices(factory)
	factory.Start(ctx.Done())
	<-ctx.Done()
	pods.killAll()
}
