package main

import (
	"log"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	core "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	corelisters "k8s.io/client-go/listers/core/v1"
	discoverylisters "k8s.io/client-go/listers/discovery/v1"
	"k8s.io/client-go/tools/cache"
)

// services listens on the ClusterIP and port of each Service that has ready endpoints with something listening there. All others
// refuse connections: kube-proxy has none, or leads to a pod's port that is closed.
type services struct {
	services corelisters.ServiceLister
	slices   discoverylisters.EndpointSliceLister
	mutex    sync.Mutex
	open     map[string]*frontend
}

// frontend is one ClusterIP and port, and the addresses behind it.
type frontend struct {
	listener net.Listener
	backends atomic.Pointer[[]string]
	next     atomic.Uint64
}

func watchServices(factory informers.SharedInformerFactory) {
	s := &services{
		services: factory.Core().V1().Services().Lister(),
		slices:   factory.Discovery().V1().EndpointSlices().Lister(),
		open:     map[string]*frontend{},
	}
	handler := cache.ResourceEventHandlerFuncs{
		AddFunc: func(any) { s.update() }, UpdateFunc: func(any, any) { s.update() }, DeleteFunc: func(any) { s.update() },
	}
	for _, informer := range []cache.SharedIndexInformer{
		factory.Core().V1().Services().Informer(), factory.Discovery().V1().EndpointSlices().Informer(),
	} {
		if _, err := informer.AddEventHandler(handler); err != nil {
			log.Fatal(err)
		}
	}
	go func() {
		for range time.Tick(100 * time.Millisecond) {
			s.update()
		}
	}()
}

// update opens, changes and closes frontends until they are what the Services say.
func (s *services) update() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	wanted := s.wanted()
	open := listening()
	for address, backends := range wanted {
		wanted[address] = answering(backends, open)
	}
	for address, frontend := range s.open {
		if len(wanted[address]) == 0 {
			frontend.listener.Close()
			delete(s.open, address)
		}
	}
	for address, backends := range wanted {
		if len(backends) == 0 {
			continue
		}
		if s.open[address] == nil {
			listener, err := net.Listen("tcp", address)
			if err != nil {
				log.Printf("service: %v", err)
				continue
			}
			opened := &frontend{listener: listener}
			opened.backends.Store(&backends)
			s.open[address] = opened
			go opened.serve()
		}
		s.open[address].backends.Store(&backends)
	}
}

// wanted are the ready backends of each ClusterIP and port.
func (s *services) wanted() map[string][]string {
	wanted := map[string][]string{}
	all, _ := s.services.List(labels.Everything())
	for _, service := range all {
		if service.Spec.ClusterIP == "" || service.Spec.ClusterIP == core.ClusterIPNone {
			continue
		}
		slices, _ := s.slices.EndpointSlices(service.Namespace).List(labels.SelectorFromSet(labels.Set{discovery.LabelServiceName: service.Name}))
		for _, port := range service.Spec.Ports {
			address := net.JoinHostPort(service.Spec.ClusterIP, strconv.Itoa(int(port.Port)))
			for _, slice := range slices {
				wanted[address] = append(wanted[address], readyAddresses(slice, port.Name)...)
			}
		}
	}
	return wanted
}

func readyAddresses(slice *discovery.EndpointSlice, portName string) []string {
	var found []string
	for _, port := range slice.Ports {
		if port.Port == nil || (port.Name != nil && *port.Name != portName) {
			continue
		}
		for _, endpoint := range slice.Endpoints {
			if endpoint.Conditions.Ready != nil && !*endpoint.Conditions.Ready {
				continue
			}
			for _, address := range endpoint.Addresses {
				found = append(found, net.JoinHostPort(address, strconv.Itoa(int(*port.Port))))
			}
		}
	}
	return found
}

func (f *frontend) serve() {
	for {
		connection, err := f.listener.Accept()
		if err != nil {
			return
		}
		go f.forward(connection)
	}
}

// forward connects to a backend. A backend that does not answer after all resets the connection.
func (f *frontend) forward(connection net.Conn) {
	backends := *f.backends.Load()
	backend, err := net.DialTimeout("tcp", backends[f.next.Add(1)%uint64(len(backends))], 10*time.Second)
	if err != nil {
		connection.(*net.TCPConn).SetLinger(0)
		connection.Close()
		return
	}
	pipe(connection, backend)
}
