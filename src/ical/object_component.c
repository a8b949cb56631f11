/* object_component - the names of components; see object.h */
#include "ical/object.h"

static const struct {
	enum ical_component component;
	const char *name;
} component_names[] = {
	{COMP_VEVENT, "VEVENT"},
	{COMP_VTODO, "VTODO"},
	{COMP_VJOURNAL, "VJOURNAL"},
	{COMP_VFREEBUSY, "VFREEBUSY"},
	{COMP_VAVAILABILITY, "VAVAILABILITY"},
	{COMP_VPOLL, "VPOLL"},
};

const char *ical_component_name(enum ical_component c)
{
	for (size_t i = 0; i < ARRAY_LEN(component_names); i++)
		if (component_names[i].component == c)
			return component_names[i].name;
	return NULL;
}

enum ical_component ical_component_find(struct text name)
{
	for (size_t i = 0; i < ARRAY_LEN(component_names); i++)
		if (text_equal_nocase(name, text_from(component_names[i].name)))
			return component_names[i].component;
	return 0;
}
