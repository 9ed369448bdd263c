// Package diagram is webapp diagram, which draws a stack as an SVG.
package diagram
