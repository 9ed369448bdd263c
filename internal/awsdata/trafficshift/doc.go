// Package trafficshift knows how CodeDeploy's predefined deployment configurations move requests from the
// old version to the new one. It imports nothing.
package trafficshift
